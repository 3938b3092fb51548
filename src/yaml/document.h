// A YAML file as a tree that knows where each of its parts was written.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "yaml/faults.h"

namespace weir::yaml {

struct Node;

struct Member {
  std::string name{};
  Position name_at = 0;
  const Node* value = nullptr;
};

/// Aliases make nodes shared; what hangs below one never changes.
struct Node {
  enum class Type : std::uint8_t { scalar, sequence, mapping };

  Type type = Type::scalar;
  bool quoted = false;
  Position at = 0;
  json scalar{};       ///< of a scalar
  std::string text{};  ///< of a scalar, as written
  std::vector<const Node*> items{};
  std::vector<Member> members{};  ///< without duplicates, in the order of the file
  std::size_t size = 1;   ///< nodes of the tree below and including this, shared ones as often as they appear
  std::size_t depth = 1;  ///< levels of that tree

  bool is_text() const { return type == Type::scalar && scalar.is_string(); }
  bool is_null() const { return type == Type::scalar && scalar.is_null(); }
};

/// Nodes of a file, counted as if every alias had been written out.
constexpr std::size_t nodes_max = 1'000'000;

/// Levels of a file; its parts end up in JSON of at most 64 levels.
constexpr std::size_t depth_max = 48;

struct Limits {
  std::size_t nodes = nodes_max;
  std::size_t depth = depth_max;
};

/// Keeps the nodes of one file where they are.
class Document {
 public:
  const Node& root() const { return *root_; }
  void set_root(const Node& root) { root_ = &root; }
  Node& add(Node node) { return nodes_.emplace_back(std::move(node)); }
  std::size_t size() const { return nodes_.size(); }

 private:
  std::deque<Node> nodes_;
  const Node* root_ = nullptr;
};

/// Reads one YAML document. nullopt when there is no usable tree; faults say why. A tree may come with faults
/// too.
std::optional<Document> read_document(std::string_view text, Faults& faults);

json to_json(const Node& node);

/// The member of a mapping, null when there is none.
const Member* find_member(const Node& node, std::string_view name);

struct Place {
  Position name = 0;  ///< of the last step's name, or of the value when it has none
  Position value = 0;
};

/// Where a JSON pointer below `node` leads, followed as far as it goes.
Place locate(const Node& node, std::string_view pointer);

/// "a list", "a mapping", "text", "an integer": a node's type inside a sentence.
std::string type_phrase(const Node& node);

}  // namespace weir::yaml
