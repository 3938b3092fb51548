// What the core asks about the world before it starts a task: whether there is room, whether the result is known
// already, and what is in results that are kept in files. The answers of the shell depend on other runs and other processes; the core's use of them
// does not.
#pragma once

#include <optional>
#include <string>

#include "core/ready_queue.h"
#include "core/run.h"
#include "core/values.h"

namespace weir::core {

struct CachedResult {
  json value{};
  std::string run_id{};  ///< where it was made
};

class Admission {
 public:
  virtual ~Admission() = default;

  /// Takes what one attempt of this lane needs. False when there is no room now; whoever gives back brings the
  /// question again.
  virtual bool admit(const Lane& lane) = 0;

  /// The same for an attempt that is under way already, room or not.
  virtual void occupy(const Lane&) {}

  /// An attempt of this lane has ended.
  virtual void give_back(const Lane&) {}

  /// What an earlier run kept under the key; from then on it is the run's own.
  virtual std::optional<CachedResult> cached(const Run&, const std::string& /*key*/) { return std::nullopt; }

  /// The key that a function of the program makes of a task's filled inputs; nullopt when there is none.
  virtual std::optional<std::string> own_cache_key(const Run&, TaskIndex, const json&) {
    return std::nullopt;
  }

  /// What the results that are kept in files hold.
  virtual Values& values() {
    static NoValues none;
    return none;
  }
};

/// Room for everything, nothing in the cache.
class Unlimited final : public Admission {
 public:
  bool admit(const Lane&) override { return true; }
};

/// A process that is about to leave starts no further attempt; the run goes on in the next one.
class Closed final : public Admission {
 public:
  explicit Closed(Values& values) : values_(values) {}
  bool admit(const Lane&) override { return false; }
  Values& values() override { return values_; }

 private:
  Values& values_;
};

}  // namespace weir::core
