// What an operation of the workspace does next, as a value. An operation is written as a chain of steps without any
// I/O: each names one thing to do and how to go on from its outcome. The executor does it, with all the patience that
// takes, and comes back with the outcome.
//
//   Step delete_job(std::int64_t id) {
//     return ask(requests::delete_job(id), [id](const Answer& answer) {
//       return answer || is_missing(answer) ? done({{"job_id", id}}) : refused(answer.error());
//     });
//   }
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/kind.h"
#include "databricks/client/api_call.h"

namespace weir::databricks::operations {

struct Step;
using Then = std::function<Step()>;
using ThenAnswer = std::function<Step(const Answer&)>;

/// A request that may arrive any number of times: sent until it is answered. `then` gets a success or a definite
/// refusal, never trouble that may pass.
struct Ask {
  ApiRequest request{};
  ThenAnswer then{};
};

/// A request that does something each time it arrives: not sent again unless it is sure that nothing happened. `lost`
/// goes on when nobody can tell: it looks for what the request may have made.
struct Order {
  ApiRequest request{};
  ThenAnswer then{};
  Then lost{};
};

/// The end of the preparation: from here on the workspace is changed. The plan becomes durable first, and all that
/// follows is made from it alone, so that it goes on after a crash.
struct Commit {
  json plan{};
};

/// Something exists that must be found again after a crash: a cluster, a statement.
struct Attach {
  json remote{};
  Then then{};
};

/// Nothing to do yet. `state` is what was seen, told to people when it changes.
struct Pause {
  std::string state{};
  Then then{};
  std::optional<Duration> length{};  ///< nullopt: the usual pace of polling, from short to long
  bool in_doubt = false;             ///< looking for what a lost answer may have left
};

/// A file of this machine. Larger ones than `bytes_max` are Code::invalid.
struct Load {
  std::string file{};
  std::size_t bytes_max = 0;
  std::function<Step(const Result<std::string>&)> then{};
};
struct Save {
  std::string file{};
  std::string bytes{};
  std::function<Step(const Result<void>&)> then{};
};

/// A line for people.
struct Say {
  bool warning = false;
  std::string line{};
  Then then{};
};

/// From here on the attempt is a run of a job, with all that is known about those.
struct Follow {
  std::int64_t run_id = 0;
  std::string run_page_url{};
};

struct Done {
  json value{};
};
struct Failed {
  std::string message{};
  bool retryable = false;
  json detail{};
};
struct Cancelled {};

struct Step {
  std::variant<Ask, Order, Commit, Attach, Pause, Load, Save, Say, Follow, Done, Failed, Cancelled> what;
};

inline Step ask(ApiRequest request, ThenAnswer then) { return {Ask{std::move(request), std::move(then)}}; }
inline Step order(ApiRequest request, ThenAnswer then, Then lost) {
  return {Order{std::move(request), std::move(then), std::move(lost)}};
}
inline Step commit(json plan) { return {Commit{std::move(plan)}}; }
inline Step attach(json remote, Then then) { return {Attach{std::move(remote), std::move(then)}}; }
inline Step pause(std::string state, Then then) { return {Pause{std::move(state), std::move(then)}}; }
inline Step pause_for(Duration length, std::string state, Then then) {
  return {Pause{std::move(state), std::move(then), length}};
}
inline Step pause_in_doubt(Then then) { return {Pause{.then = std::move(then), .in_doubt = true}}; }
inline Step warn(std::string line, Then then) { return {Say{true, std::move(line), std::move(then)}}; }
inline Step say(std::string line, Then then) { return {Say{false, std::move(line), std::move(then)}}; }
inline Step done(json value) { return {Done{std::move(value)}}; }
inline Step failed(std::string message, bool retryable = false, json detail = nullptr) {
  return {Failed{std::move(message), retryable, std::move(detail)}};
}
inline Step cancelled() { return {Cancelled{}}; }

/// What the workspace answered, as the failure of the attempt.
Step refused(const CallError& error);
Step refused(const Error& error);

/// Something is wrong with the inputs, and where.
Step refused(const core::Problem& problem);

/// Nobody can tell what became of the request, and doing it again would not be harmless: for a person to look at.
Step unknown(std::string message, json detail = JsonObject{});

/// The answer says that there is no such thing.
bool is_missing(const Answer& answer);

}  // namespace weir::databricks::operations
