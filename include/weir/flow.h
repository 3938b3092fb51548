// A flow: a name, parameters with defaults, and a body that calls tasks. The body is ordinary C++; it runs
// again when a run is resumed, and tasks that have finished then return their stored results.
//
//   const auto tutorial = weir::flow("tutorial", {{"region", "west"}}, [](std::string region) {
//     auto rows = load(region);
//     report(rows);
//   });
//   int main(int argc, char** argv) { return weir::main(argc, argv, tutorial); }
#pragma once

#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <weir/future.h>

namespace weir {

/// One parameter of a flow. A null default means that it must be given: `-p name=value`.
struct Parameter {
  Parameter(std::string name_) : name(std::move(name_)) {}
  Parameter(std::string name_, json fallback_) : name(std::move(name_)), fallback(std::move(fallback_)) {}

  std::string name;
  json fallback{};
};

/// A flow with its types forgotten; what weir::main takes.
struct Flow {
  std::string name;
  std::vector<Parameter> parameters;
  std::function<void(const std::vector<json>& arguments)> body;  ///< arguments in the order of `parameters`
};

namespace detail {

template <class... P, std::size_t... I>
void call_body(const std::function<void(P...)>& body, [[maybe_unused]] const std::vector<json>& arguments,
               std::index_sequence<I...>) {
  body(from_json<std::decay_t<P>>(arguments.at(I))...);
}

template <class... P>
Flow make_flow(std::string name, std::vector<Parameter> parameters, std::function<void(P...)> body) {
  if (parameters.size() != sizeof...(P)) {
    throw FlowError("flow '" + name + "' names " + std::to_string(parameters.size()) +
                    " parameters, its body takes " + std::to_string(sizeof...(P)));
  }
  return {std::move(name), std::move(parameters),
          [body = std::move(body)](const std::vector<json>& arguments) {
            call_body(body, arguments, std::index_sequence_for<P...>{});
          }};
}

}  // namespace detail

/// `parameters` name those of the body, in its order. Throws FlowError when their numbers differ.
template <class F>
Flow flow(std::string name, std::vector<Parameter> parameters, F body) {
  return detail::make_flow(std::move(name), std::move(parameters), std::function{std::move(body)});
}

template <class F>
Flow flow(std::string name, F body) {
  return flow(std::move(name), {}, std::move(body));
}

}  // namespace weir
