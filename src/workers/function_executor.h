// Runs tasks of kind `cpp`: functions of this program, on a pool of threads. The C++ API registers the
// function behind each task before it adds the task to the engine:
//
//   auto functions = make_function_executor();
//   functions->register_body(run, "clean", [](const Attempt& attempt, FunctionContext& context) ->
//   FunctionOutcome {
//     if (context.stop.stop_requested()) …
//     return json{{"rows", 3}};
//   });
#pragma once

#include <algorithm>
#include <expected>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <variant>

#include "runtime/executor.h"

namespace weir::workers {

struct FunctionContext {
  std::stop_token stop;                                  ///< asked to stop when the attempt is cancelled
  std::function<void(runtime::Level, std::string)> log;  ///< a line for people
};

/// The function found that there is nothing to do.
struct Skipped {
  std::string reason{};
};

using FunctionOutcome = std::expected<json, std::variant<runtime::Failure, Skipped>>;

/// Called on a thread of the pool; may block. An exception is a failure that carries its type and what().
using FunctionBody = std::function<FunctionOutcome(const runtime::Attempt&, FunctionContext&)>;

/// Makes a key for the cache of filled inputs. Called on the engine's thread; what it throws means that there is none.
using CacheKeyFunction = std::function<std::string(const json& inputs)>;

struct FunctionOptions {
  /// Threads start when there is work for them, up to this many.
  std::size_t threads_max = std::max(2u, std::thread::hardware_concurrency());
};

/// A cancelled attempt is reported as cancelled at once. A body cannot be killed: one that does not heed
/// `stop` goes on, what it gives is ignored, and until it returns another thread stands in for its own.
/// It takes as many attempts as it has threads, and more while functions return faster than the engine brings new ones.
class FunctionExecutor : public runtime::Executor {
 public:
  /// The function behind task `key` of the run in slot `run`, and behind its elements when it is mapped; replaces an
  /// earlier one. An attempt that started
  /// before its function was registered (a resumed run, whose flow body is replayed) waits for it. Any thread.
  virtual void register_body(std::uint32_t run, std::string key, FunctionBody body,
                             CacheKeyFunction cache_key = {}) = 0;

  /// No further function will be registered for this run: attempts that still wait for one fail. Any thread.
  virtual void complete_run(std::uint32_t run) = 0;

  /// Waits until no function is being called any more, for `patience` at most, and names the tasks whose functions still
  /// have not returned: each once, in the order of their names. Any thread.
  virtual std::vector<std::string> not_returned(Duration patience) = 0;

  // The destructor asks all bodies to stop and waits for them.
};

std::unique_ptr<FunctionExecutor> make_function_executor(FunctionOptions options = {});

}  // namespace weir::workers
