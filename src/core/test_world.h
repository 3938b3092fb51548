// For tests of the core: a run in memory that is told what happens to it, and a clock that moves by hand.
#pragma once

#include <map>

#include <doctest/doctest.h>

#include "core/decide.h"
#include "core/scope.h"
#include "core/template.h"

namespace weir::core::testing {

/// Room as a test says.
class ScriptedRoom final : public Admission {
 public:
  bool admit(const Lane& lane) override {
    for (const auto& limit : lane.limits) {
      if (used[limit.name] + limit.slots > sizes[limit.name]) return false;
    }
    occupy(lane);
    return true;
  }
  void occupy(const Lane& lane) override {
    for (const auto& limit : lane.limits) used[limit.name] += limit.slots;
  }
  void give_back(const Lane& lane) override {
    for (const auto& limit : lane.limits) used[limit.name] -= limit.slots;
  }
  std::optional<CachedResult> cached(const Run&, const std::string& key) override {
    asked.push_back(key);
    auto found = results.find(key);
    return found == results.end() ? std::nullopt : std::optional(found->second);
  }

  std::map<std::string, std::uint32_t> sizes{};
  std::map<std::string, std::uint32_t> used{};
  std::map<std::string, CachedResult> results{};
  std::vector<std::string> asked{};
};

class World {
 public:
  /// Whatever a story was about: its history alone gives the same run.
  ~World() {
    Run again = replay(history_);
    CHECK(again.state() == run_.state());
    CHECK(again.unfinished() == run_.unfinished());
    CHECK(again.unsuccessful() == run_.unsuccessful());
    run_.for_each_task([&](TaskIndex task) { CHECK(again.state(task) == run_.state(task)); });
  }

  World() {
    RunStarted about;
    about.id = "run-1";
    about.name = "brave-otter";
    about.flow = "story";
    about.parameters = {{"region", "west"}};
    record({now_, about});
  }

  World& task(const std::string& key, std::vector<std::string> upstreams = {}, Policy policy = {}) {
    TaskSpec spec;
    spec.key = key;
    spec.kind = "work";
    spec.upstreams = std::move(upstreams);
    spec.policy = policy;
    return add(std::move(spec));
  }
  World& reading(const std::string& key, std::vector<std::string> upstreams, json inputs) {
    return add({key, "work", std::move(inputs), std::move(upstreams), {}, {}});
  }
  World& add(TaskSpec spec) {
    return send(AddTask{std::make_shared<const TaskSpec>(std::move(spec)), external_});
  }
  World& mapped(const std::string& key, std::vector<std::string> upstreams, json map, Policy policy = {}) {
    return add({key, "work", hole({"item"}), std::move(upstreams), std::move(policy), std::move(map)});
  }
  World& external() { return external_ = true, *this; }
  World& closed() { return send(CloseGraph{}); }

  World& succeed(const std::string& key, json value = nullptr) {
    return send(Succeeded{at(key), number(key), value});
  }
  World& fail(const std::string& key, const std::string& message = "boom", bool retryable = true) {
    Failure failure;
    failure.message = message;
    failure.retryable = retryable;
    return send(Failed{at(key), number(key), failure});
  }
  World& cancelled(const std::string& key) { return send(Cancelled{at(key), number(key)}); }
  World& advance(Duration by) { return now_ += by, *this; }
  World& take_over() {
    return run_ = replay(history_), *this;
  }  ///< as another process that has read the history
  World& send(const Input& input) {
    auto step = core::advance(run_, input, now_, room);
    for (auto& event : step.events) history_.push_back(event);
    commands_ = std::move(step.commands);
    return *this;
  }

  World& skip(const std::string& key) { return send(Skipped{at(key), number(key), "nothing new"}); }

  ScriptedRoom room{};

  TaskState state(const std::string& key) const { return run_.state(at(key)); }
  const Run& run() const { return run_; }
  TaskIndex at(const std::string& key) const { return run_.index_of(key).value(); }
  std::uint32_t number(const std::string& key) const { return run_.attempts(at(key)); }
  json inputs(const std::string& key) { return render_inputs(run_, at(key), room.values()).value(); }
  const std::vector<Event>& history() const { return history_; }

  template <class T>
  std::size_t asked() const {
    std::size_t count = 0;
    for (const auto& command : commands_) count += std::holds_alternative<T>(command);
    return count;
  }

 private:
  void record(Event event) {
    run_.apply(event);
    history_.push_back(std::move(event));
  }

  Run run_;
  Instant now_{std::chrono::seconds{1'000'000}};
  bool external_ = false;
  std::vector<Event> history_;
  std::vector<Command> commands_;
};

inline Policy retrying(std::uint32_t retries, Duration delay = Duration{0}) {
  Policy policy;
  policy.retry = {.count = retries, .delays = {delay}};
  return policy;
}

inline Policy with_timeout(Duration timeout, std::uint32_t retries = 0) {
  Policy policy;
  policy.retry.count = retries;
  policy.timeout = timeout;
  return policy;
}

inline Policy with_trigger(Trigger trigger, std::uint32_t count = 0) {
  Policy policy;
  policy.trigger = {trigger, count};
  return policy;
}

/// The result of a task, as a template reads it.
inline json result_of(const std::string& key) { return hole({"tasks", key, "result"}); }

}  // namespace weir::core::testing
