// Builds a Document from yaml-cpp's events. Refuses what would be ambiguous (a key twice), what JSON has no
// form for (keys that are no text, foreign tags), and what would explode (aliases that multiply).
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <yaml-cpp/emitterstyle.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include "yaml/document.h"
#include "yaml/faults.h"

namespace weir::yaml {

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, Faults& faults, Limits limits = {})
      : text_(text), faults_(faults), limits_(limits) {}

  /// The finished tree, once; nullopt when there was none or a limit was hit.
  std::optional<Document> take();

  /// True after a limit was hit or a second document began: nothing that follows counts.
  bool stopped() const { return stopped_; }

  /// Where the innermost '[' or '{' that is still open was written.
  std::optional<Position> open_bracket() const;

  /// Where the last thing that was understood begins.
  Position last_event() const { return last_event_; }

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { close(); }

 private:
  /// A key that was read and waits for its value.
  struct Key {
    std::string name{};
    Position at = 0;
    bool merges = false;   ///< `<<`: the members of the value become members here
    bool refused = false;  ///< reported; the value is dropped
  };

  struct Frame {
    Node* node = nullptr;
    YAML::anchor_t anchor = 0;
    bool bracketed = false;
    std::optional<Key> key{};
    std::unordered_map<std::string, Position> seen{};
    std::vector<const Node*> merged{};
  };

  /// Notes where we are; false when nothing counts any more.
  bool note(const YAML::Mark& mark);
  void stop(Position at, std::string message, std::string hint = {});
  Node* add(Node node);
  void open(Node::Type type, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            bool bracketed);
  void close();

  /// Hands a finished node to the collection it stands in.
  void deliver(Node& node, YAML::anchor_t anchor);
  void deliver(const Node& node);
  void take_key(Frame& frame, const Node& node);
  void take_value(Frame& frame, Key key, const Node& node);
  void merge(Frame& frame);
  void merge_from(Frame& frame, const Node& mapping);
  void measure(Node& node);

  std::string_view text_;
  Faults& faults_;
  Limits limits_;
  Document document_;
  std::vector<Frame> frames_;
  std::unordered_map<YAML::anchor_t, const Node*> anchors_;
  std::size_t members_ = 0;  ///< of all mappings, merged ones included
  Position last_event_ = 0;
  bool started_ = false;
  bool finished_ = false;
  bool stopped_ = false;
};

}  // namespace weir::yaml
