// A flow: a name, parameters with defaults, and a body that calls tasks. The body is ordinary C++; it runs
// again when a run is resumed, and tasks that have finished then return their stored results.
//
//   const auto tutorial = weir::flow("tutorial", {{"region", "west"}}, [](std::string region) {
//     auto rows = load(region);
//     report(rows);
//   }, {.timeout = 1h, .max_runs = 1}).on_failure(alert);
//   int main(int argc, char** argv) { return weir::main(argc, argv, tutorial); }
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <weir/hook.h>
#include <weir/input.h>

namespace weir {

/// One parameter of a flow. A null default means that it must be given: `-p name=value`.
struct Parameter {
  Parameter(std::string name_) : name(std::move(name_)) {}
  Parameter(std::string name_, json fallback_) : name(std::move(name_)), fallback(std::move(fallback_)) {}

  std::string name;
  json fallback{};
};

/// What a run does when as many as are allowed are under way.
enum class WhenBusy { queue, refuse };

struct FlowOptions {
  std::optional<std::chrono::microseconds> timeout{};  ///< of a whole run
  std::vector<Limit> limits{};  ///< sizes of named concurrency limits, unless `weir limits` sets them
  std::uint32_t max_runs = 0;   ///< at a time; 0: any number
  WhenBusy when_busy = WhenBusy::queue;
};

/// A flow with its types forgotten; what weir::main takes.
struct Flow {
  std::string name;
  std::vector<Parameter> parameters;
  std::function<void(const std::vector<json>& arguments)> body;  ///< arguments in the order of `parameters`
  FlowOptions options{};
  std::vector<Hook> hooks{};  ///< each is told of every change

  /// When a run has failed; one whose timeout is over has.
  Flow on_failure(Hook hook) && { return std::move(*this).when_it_is(State::failed, std::move(hook)); }

  /// When a run has succeeded.
  Flow on_success(Hook hook) && { return std::move(*this).when_it_is(State::succeeded, std::move(hook)); }

  /// When a run has been cancelled.
  Flow on_cancel(Hook hook) && { return std::move(*this).when_it_is(State::cancelled, std::move(hook)); }

  /// When a run has ended, however.
  Flow on_end(Hook hook) && {
    return std::move(*this).on_failure(hook).on_success(hook).on_cancel(std::move(hook));
  }

  /// At every change of a run and of each of its tasks.
  Flow on_state_change(Hook hook) && {
    hooks.push_back(std::move(hook));
    return std::move(*this);
  }

 private:
  Flow when_it_is(State state, Hook hook) && {
    hooks.push_back([state, hook = std::move(hook)](const StateChange& change) {
      if (change.task.empty() && change.state == state) hook(change);
    });
    return std::move(*this);
  }
};

namespace detail {

template <class... P, std::size_t... I>
void call_body(const std::function<void(P...)>& body, [[maybe_unused]] const std::vector<json>& arguments,
               std::index_sequence<I...>) {
  body(from_json<std::decay_t<P>>(arguments.at(I))...);
}

template <class... P>
Flow make_flow(std::string name, std::vector<Parameter> parameters, std::function<void(P...)> body,
               FlowOptions options) {
  if (parameters.size() != sizeof...(P)) {
    throw FlowError("flow '" + name + "' names " + std::to_string(parameters.size()) +
                    " parameters, its body takes " + std::to_string(sizeof...(P)));
  }
  return {.name = std::move(name),
          .parameters = std::move(parameters),
          .body =
              [body = std::move(body)](const std::vector<json>& arguments) {
                call_body(body, arguments, std::index_sequence_for<P...>{});
              },
          .options = std::move(options)};
}

}  // namespace detail

/// `parameters` name those of the body, in its order. Throws FlowError when their numbers differ.
template <class F>
Flow flow(std::string name, std::vector<Parameter> parameters, F body, FlowOptions options = {}) {
  return detail::make_flow(std::move(name), std::move(parameters), std::function{std::move(body)},
                           std::move(options));
}

template <class F>
Flow flow(std::string name, F body, FlowOptions options = {}) {
  return flow(std::move(name), {}, std::move(body), std::move(options));
}

}  // namespace weir
