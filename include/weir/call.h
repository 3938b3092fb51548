// How one call of a task differs from the others: its name in the run, and what it waits for without using
// it.
//
//   auto daily = dbx.submit_run(config, weir::after(ingest).named("daily"));
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace weir {

template <class T>
class Future;

/// What happens when an attempt of the task fails or takes too long.
struct TaskOptions {
  std::uint32_t retries = 0;                 ///< further attempts after one that failed
  std::chrono::milliseconds retry_delay{0};  ///< between a failed attempt and the next
  std::chrono::milliseconds timeout{0};      ///< of one attempt; 0: none
};

class Call {
 public:
  /// The task's key in the run. Without it: the task's own name, then name-2, name-3 … in the order of the
  /// calls.
  Call named(std::string key) && {
    key_ = std::move(key);
    return std::move(*this);
  }

  /// Start only when these have succeeded. Futures that are passed as arguments are waited for anyway.
  template <class... T>
  Call after(const Future<T>&... futures) && {
    (upstreams_.push_back(futures.key()), ...);
    return std::move(*this);
  }

  const std::string& key() const { return key_; }
  const std::vector<std::string>& upstreams() const { return upstreams_; }

 private:
  std::string key_;
  std::vector<std::string> upstreams_;
};

inline Call named(std::string key) { return Call().named(std::move(key)); }

template <class... T>
Call after(const Future<T>&... futures) {
  return Call().after(futures...);
}

}  // namespace weir
