// How a task is run: attempts, time, room, cache. The names are those of flow files, and what is left out has the
// same default.
//
//   const auto load = weir::task("load", fetch, {.retries = 3,
//                                                .retry_delay = {1s, 10s, 1min},
//                                                .retry_on = {"timeout", "*Connection reset*"},
//                                                .timeout = 5min,
//                                                .limits = {"db", {"api", 2}},
//                                                .cache = weir::by_inputs(24h)});
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <tuple>
#include <typeinfo>
#include <utility>
#include <vector>

#include <weir/hook.h>
#include <weir/json.h>

namespace weir {

/// When a task starts, told by how the tasks it waits for have ended.
class Trigger {
 public:
  static const Trigger all_success;  ///< the default: a failed one dooms the task, a skipped one skips it
  static const Trigger all_done;     ///< all have ended, however
  static const Trigger one_success;  ///< as soon as one has succeeded
  static const Trigger one_failed;   ///< as soon as one has failed; skipped when none does
  static const Trigger all_failed;   ///< all have failed; skipped as soon as one does not
  static const Trigger none_failed;  ///< all have ended and none failed; skipped ones are fine
  static const Trigger none_failed_min_one_success;  ///< the same, and one at least has succeeded

  /// As soon as `count` have succeeded.
  static constexpr Trigger at_least(std::uint32_t count) { return {"at_least", count}; }

  constexpr const char* name() const { return name_; }
  constexpr std::uint32_t count() const { return count_; }

 private:
  constexpr Trigger(const char* name, std::uint32_t count = 0) : name_(name), count_(count) {}

  const char* name_;
  std::uint32_t count_;
};

inline constexpr Trigger Trigger::all_success{"all_success"};
inline constexpr Trigger Trigger::all_done{"all_done"};
inline constexpr Trigger Trigger::one_success{"one_success"};
inline constexpr Trigger Trigger::one_failed{"one_failed"};
inline constexpr Trigger Trigger::all_failed{"all_failed"};
inline constexpr Trigger Trigger::none_failed{"none_failed"};
inline constexpr Trigger Trigger::none_failed_min_one_success{"none_failed_min_one_success"};

/// Before the first retry, the second …; the last one repeats.
class Delays {
 public:
  Delays() = default;
  template <class Count, class Period>
  Delays(std::chrono::duration<Count, Period> every)
      : delays_{std::chrono::duration_cast<std::chrono::microseconds>(every)} {}
  Delays(std::initializer_list<std::chrono::microseconds> delays) : delays_(delays) {}

  const std::vector<std::chrono::microseconds>& list() const { return delays_; }

 private:
  std::vector<std::chrono::microseconds> delays_;
};

/// A share of a named concurrency limit, or in the options of a flow the size of one.
struct Limit {
  Limit(const char* name_) : name(name_) {}
  Limit(std::string name_, std::uint32_t slots_ = 1) : name(std::move(name_)), slots(slots_) {}

  std::string name;
  std::uint32_t slots = 1;
};

namespace detail {

/// A user's function that makes a key of a task's arguments, its types forgotten.
struct CacheKey {
  std::function<std::string(const json& inputs)> function{};
  const std::type_info* parameters = nullptr;  ///< of the std::tuple of what it takes
};

template <class... P, std::size_t... I>
std::string call_key(const std::function<std::string(P...)>& function,
                     [[maybe_unused]] const JsonArray& inputs, std::index_sequence<I...>) {
  return function(from_json<std::decay_t<P>>(inputs.at(I))...);
}

template <class R, class... P>
CacheKey cache_key(std::function<R(P...)> function) {
  static_assert(std::is_convertible_v<R, std::string>, "the function given to weir::by_key must return text");
  std::function<std::string(P...)> text = std::move(function);
  return {[text = std::move(text)](const json& inputs) {
            return call_key(text, inputs.as_array(), std::index_sequence_for<P...>{});
          },
          &typeid(std::tuple<std::decay_t<P>...>)};
}

}  // namespace detail

/// The result of an earlier run is taken when it was made of the same.
struct Cache {
  std::optional<std::chrono::microseconds> expires{};  ///< after it was made; without it: never
  std::string version{};                               ///< of your code: change it, and results are made anew
  bool refresh = false;                                ///< run anyway, and keep the new result
  detail::CacheKey key{};                              ///< see by_key; without it: flow, task and arguments
};

/// Same flow, same task, same arguments: same result.
inline Cache by_inputs(std::optional<std::chrono::microseconds> expires = {}, std::string version = {}) {
  return {.expires = expires, .version = std::move(version)};
}

/// Same key: same result, whichever flow and task made it. `function` takes what the task takes and returns the key;
/// it is called on the engine's thread and must be quick.
template <class F>
Cache by_key(F function, std::optional<std::chrono::microseconds> expires = {}, std::string version = {}) {
  return {.expires = expires,
          .version = std::move(version),
          .key = detail::cache_key(std::function{std::move(function)})};
}

struct TaskOptions {
  std::optional<std::uint32_t> retries{};  ///< further attempts after one that failed; a crash uses up none
  Delays retry_delay{};                    ///< 10s, or a list of them
  std::optional<double> retry_backoff{};   ///< beyond the list, each delay is the one before times this
  std::optional<std::chrono::microseconds> retry_delay_max{};
  std::optional<double> retry_jitter{};  ///< 0 to 1: lengthens each delay by up to this share of itself
  /// Retry only failures that match one of these: "timeout", or the whole message, "std::out_of_range: *".
  std::vector<std::string> retry_on{};
  std::vector<std::string> never_retry_on{};           ///< and none of these
  std::optional<std::chrono::microseconds> timeout{};  ///< of one attempt, from its start
  std::vector<Limit> limits{};                         ///< taken while an attempt is under way
  std::optional<std::int32_t> priority{};              ///< higher ones start first
  std::optional<Cache> cache{};
  std::optional<Trigger> trigger{};
  std::optional<bool>
      cleanup{};  ///< runs after what it waits for has begun and ended, also in a cancelled run
  std::optional<bool> may_fail{};  ///< its failure does not make the run fail
  std::optional<bool> persist{};   ///< a large result is kept after its last reader

  // Told of each run of the task, and of each element of a mapped one.
  Hook on_success{};
  Hook on_failure{};  ///< it has failed, or never ran because something it waits for did not succeed
  Hook on_cancel{};
  Hook on_retry{};  ///< an attempt has failed and another will follow
  Hook on_end{};    ///< it has ended, however
};

}  // namespace weir
