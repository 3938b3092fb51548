// A flow body that runs in a worker: what it declares is added to the run, and it is told what it waits for.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "foreign/fleet.h"
#include "runtime/engine.h"

namespace weir::foreign {

/// What somebody else has to do for a body.
struct BodyEvents {
  std::function<void(process::Stream, const std::string& text)> print{};
  std::function<void()> interrupt{};  ///< as by Ctrl-C

  /// The body has returned; `value` is what, for people: null when nothing, or when it raised.
  std::function<void(json value)> closed{};

  /// The worker is gone. True when another one takes its place.
  std::function<bool(const std::string& last_words)> gone{};

  /// A message that is about neither attempts nor the body: `hello`, `run`, `refused`, `workspace`.
  std::function<void(std::string_view type, json& message)> other{};
};

/// Belongs to the engine's thread. Observes the engine from begin() on.
class FlowBody final : public runtime::Observer, public Listener {
 public:
  FlowBody(Loop& loop, runtime::Engine& engine, Fleet& fleet, BodyEvents events);
  ~FlowBody() override { *alive_ = false; }

  /// The run exists: says `begin` to the worker. Again for each worker that takes the place of one that died.
  void begin(runtime::RunSlot slot, bool is_resumed, bool tells, const std::string& results);

  /// The run has come to rest.
  void finish(core::RunState state, int exit_code);

  void on_message(std::string_view type, json& message) override;
  void on_batch() override;
  bool has_declared(runtime::AttemptId attempt) const override;
  bool on_gone(const std::string& last_words) override;
  void on_event(runtime::RunSlot slot, const core::Run& run, const core::Event& event) override;

 private:
  /// What the body asks for is answered after the turn that takes what it declared before.
  struct Request {
    std::string type{};
    std::string task{};
    std::int64_t number = -1;  ///< element of a mapped task, or id of a sync
  };

  void declare(json& message);
  void close(json& message);
  void check_declared(const std::string& key);
  void answer_one(const Request& request);
  void answer_watch(const std::string& key);
  void answer_value(const Request& request);
  void tell_end(const core::Run& run, core::TaskIndex task);
  void tell_elements(const core::Run& run, const core::Stage& stage);

  const core::Run& run() const { return engine_.run(slot_); }

  Loop& loop_;
  runtime::Engine& engine_;
  Fleet& fleet_;
  BodyEvents events_;
  runtime::RunSlot slot_ = 0;
  bool has_begun_ = false;
  bool is_observing_ = false;
  bool is_closed_ = false;  ///< the body has returned
  bool tells_ = false;
  std::vector<std::string> declared_{};  ///< since the last batch
  std::vector<Request> requests_{};
  std::unordered_map<core::TaskIndex, bool>
      known_{};                                    ///< heads that were declared; whether their end was told
  std::unordered_set<core::TaskIndex> watched_{};  ///< heads whose elements are told too
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace weir::foreign
