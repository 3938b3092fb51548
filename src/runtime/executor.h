// The port through which the engine has work done. An executor runs attempts of its kinds of task outside the
// loop thread and reports back; the engine records each report before it acts on it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "core/failure.h"
#include "core/kind.h"

namespace weir::runtime {

/// One try of one task run, unique in this process.
struct AttemptId {
  std::uint32_t run = 0;     ///< slot of the run in this engine
  std::uint32_t task = 0;    ///< index of the task in its run
  std::uint32_t number = 0;  ///< from 1
  friend auto operator<=>(const AttemptId&, const AttemptId&) = default;
};

/// All an executor needs to know. Copies are cheap enough; the engine keeps nothing that points into it.
struct Attempt {
  AttemptId id{};
  std::string run_id{};    ///< the flow run's UUID
  std::string run_name{};  ///< and its two-word name
  std::string flow{};
  std::string task{};  ///< the task's key
  std::string kind{};
  std::string directory{};  ///< where the run began, and relative files are looked for; empty: where we are
  std::string
      token{};  ///< identifies this attempt to a remote service: at most 64 characters, the same after any crash
  json inputs{};  ///< rendered; see Executor::takes_wrapped
  json intent{};  ///< what intend() recorded before a crash; null on a first start
  json remote{};  ///< what attached() recorded before a crash; null before that
  std::optional<Instant> deadline{};
};

using core::Failure;

enum class Level : std::uint8_t { debug, info, warning, error };

/// How executors report. Every call is thread-safe and returns at once. Reports about an attempt that has
/// ended are dropped.
class Reports {
 public:
  virtual ~Reports() = default;

  /// Makes `intent` (the exact request about to be sent, with secret references, not values) durable and
  /// synced, then calls `proceed` on the engine's thread. Not called when the attempt has been cancelled
  /// meanwhile; a `cancelled` report is then owed as usual. External kinds send nothing before `proceed`.
  virtual void intend(AttemptId attempt, json intent, std::function<void()> proceed) = 0;

  /// The remote object exists: run id, link. Recorded and synced.
  virtual void attached(AttemptId attempt, json remote) = 0;

  /// Ends of an attempt; exactly one of them. A failure that is `crashed` means that the worker died and not
  /// the code: the task runs again without using up a retry, a few times.
  virtual void succeeded(AttemptId attempt, json value) = 0;
  virtual void failed(AttemptId attempt, Failure failure) = 0;
  virtual void cancelled(AttemptId attempt) = 0;

  /// The attempt was ended here for another's sake: it runs again, and nothing is counted against it.
  virtual void lost(AttemptId attempt) = 0;

  /// The attempt found that there is nothing to do; what waits for it is skipped too.
  virtual void skipped(AttemptId attempt, std::string reason) = 0;

  /// A line of output or of progress, for people. Waits a little, on other threads than the engine's, when lines come
  /// faster than they can be written.
  virtual void log(AttemptId attempt, Level level, std::string line) = 0;
};

class Executor {
 public:
  virtual ~Executor() = default;  ///< stops its threads; local work is killed, remote work is left alone

  /// The kinds this executor runs.
  virtual std::vector<core::Kind> kinds() const = 0;

  /// How many attempts it wants to have at a time; those beyond wait in the engine, as pending. May change from
  /// call to call. nullopt: any number.
  virtual std::optional<std::size_t> capacity() const { return std::nullopt; }

  /// Whether attempts are given wrapped values as they are (docs/internals/worker-protocol.md). To all others the engine
  /// gives what they stand for.
  virtual bool takes_wrapped() const { return false; }

  /// Whether the values it reports may have wrapped ones in them. Of all others the engine takes what looks like one
  /// for plain data.
  virtual bool makes_wrapped() const { return takes_wrapped(); }

  /// The key that the program itself makes of a task's filled inputs, for tasks that cache by a function of
  /// their own. Called on the engine's thread.
  virtual std::optional<std::string> cache_key(std::uint32_t /*run*/, const std::string& /*task*/,
                                               const json& /*inputs*/) {
    return std::nullopt;
  }

  /// Starts an attempt, or takes it up again when `attempt.intent` or `attempt.remote` are set. Never blocks.
  /// Called on the engine's thread.
  virtual void start(Attempt attempt, Reports& reports) = 0;

  /// Ends an attempt that is under way. A report of its end must follow: `cancelled`, or whatever the truth
  /// turned out to be. Called on the engine's thread; unknown attempts are ignored.
  virtual void cancel(AttemptId attempt) = 0;

  /// The run in slot `run` has ended: no attempt of it will be started any more. Called on the engine's thread.
  virtual void run_ended(std::uint32_t /*run*/) {}
};

}  // namespace weir::runtime
