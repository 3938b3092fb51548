// What a task can know of itself while it runs, and its log.
//
//   const auto load = weir::task("load", [](std::string day) {
//     auto context = weir::context();
//     context.info("loading " + day);
//     for (const auto& page : pages_of(day)) {
//       if (context.cancelled()) break;        // heed it: nobody can stop a function from outside
//       store(page, context.run_id() + context.task());  // the same in every attempt: write each page once
//     }
//   });
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <utility>

namespace weir {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

namespace detail {

struct TaskContext {
  std::string run_id{};
  std::string run_name{};
  std::string task{};
  std::string token{};
  std::uint32_t attempt = 0;
  std::stop_token stop{};
  std::function<void(LogLevel, std::string)> log{};
};

}  // namespace detail

/// Usable on any thread while the task runs; a copy may outlive it.
class Context {
 public:
  explicit Context(detail::TaskContext values) : it_(std::move(values)) {}

  const std::string& run_id() const { return it_.run_id; }      ///< a UUID
  const std::string& run_name() const { return it_.run_name; }  ///< two words
  const std::string& task() const { return it_.task; }          ///< "clean", or "clean[17]" when it is mapped
  std::uint32_t attempt() const { return it_.attempt; }         ///< from 1; one that crashed counts too

  /// Identifies this attempt to a service; at most 64 characters. The next attempt, after a failure or a crash, has
  /// another one.
  const std::string& token() const { return it_.token; }

  /// The run is being cancelled, or the attempt's time is over: what the task gives from now on is dropped.
  bool cancelled() const { return it_.stop.stop_requested(); }
  std::stop_token stop_token() const { return it_.stop; }

  /// A line of the task's log: `weir runs logs`.
  void log(LogLevel level, std::string line) const { it_.log(level, std::move(line)); }
  void debug(std::string line) const { log(LogLevel::debug, std::move(line)); }
  void info(std::string line) const { log(LogLevel::info, std::move(line)); }
  void warning(std::string line) const { log(LogLevel::warning, std::move(line)); }
  void error(std::string line) const { log(LogLevel::error, std::move(line)); }

 private:
  detail::TaskContext it_;
};

/// Of the task that runs on this thread; throws FlowError outside of one.
Context context();

}  // namespace weir
