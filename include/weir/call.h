// How one call of a task differs from the others: its name in the run, what it waits for without using it, when it
// starts, and options of its own.
//
//   auto daily = report(rows, weir::after(ingest).named("daily"));
//   alarm("load", weir::after(load, clean).trigger(weir::Trigger::one_failed));
//   publish(rows, weir::when(is_complete));
//   drop(table, weir::cleanup_of(load));
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <weir/options.h>

namespace weir {

template <class T>
class Future;

/// How a value is compared for `when`; the names are those of flow files.
enum class Is { truthy, equals, not_equals, in, not_in, less_than, greater_than };

namespace detail {

struct When {
  std::string key;  ///< of the task whose result is looked at
  Is is = Is::truthy;
  json operand{};
};

}  // namespace detail

class Call {
 public:
  /// The task's key in the run. Without it: the task's own name, then name-2, name-3 … in the order of the
  /// calls.
  Call named(std::string key) && {
    key_ = std::move(key);
    return std::move(*this);
  }

  /// Start only when these have succeeded, or what trigger() says. Futures that are passed as arguments are waited
  /// for anyway. Takes futures, mapped ones, and vectors of them.
  template <class... F>
  Call after(const F&... futures) && {
    (wait_for(futures), ...);
    return std::move(*this);
  }

  Call trigger(Trigger rule) && {
    options_.trigger = rule;
    return std::move(*this);
  }

  /// Skip the task unless the result of `future` is so: not null, false, 0 or empty, or in another relation to
  /// `operand`.
  template <class T>
  Call when(const Future<T>& future, Is is = Is::truthy, json operand = nullptr) && {
    when_ = detail::When{future.key(), is, std::move(operand)};
    return std::move(*this);
  }

  /// Run once these have begun and ended, however they ended and also when the run is being cancelled.
  template <class... F>
  Call cleanup_of(const F&... futures) && {
    options_.cleanup = true;
    return std::move(*this).after(futures...);
  }

  /// These options in place of the task's own; what is left out stays.
  Call with(TaskOptions options) && {
    auto trigger = options_.trigger;
    auto cleanup = options_.cleanup;
    options_ = std::move(options);
    if (trigger) options_.trigger = trigger;
    if (cleanup) options_.cleanup = cleanup;
    return std::move(*this);
  }

  const std::string& key() const { return key_; }
  const std::vector<std::string>& upstreams() const { return upstreams_; }
  const TaskOptions& options() const { return options_; }
  const std::optional<detail::When>& condition() const { return when_; }

 private:
  template <class F>
  void wait_for(const F& future) {
    if constexpr (requires { future.key(); }) {
      upstreams_.push_back(future.key());
    } else {
      for (const auto& one : future) wait_for(one);
    }
  }

  std::string key_;
  std::vector<std::string> upstreams_;
  TaskOptions options_;
  std::optional<detail::When> when_;
};

inline Call named(std::string key) { return Call().named(std::move(key)); }

template <class... F>
Call after(const F&... futures) {
  return Call().after(futures...);
}

template <class T>
Call when(const Future<T>& future, Is is = Is::truthy, json operand = nullptr) {
  return Call().when(future, is, std::move(operand));
}

template <class... F>
Call cleanup_of(const F&... futures) {
  return Call().cleanup_of(futures...);
}

inline Call with(TaskOptions options) { return Call().with(std::move(options)); }

}  // namespace weir
