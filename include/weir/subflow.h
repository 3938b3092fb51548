// A flow as a part of another: its tasks join the run of the flow that calls it, and their keys begin with its name.
// It is no run of its own: one history, one cancel, one resume. What it waits for, its caller waits for. (A child run,
// weir/run_flow.h, is one.)
//
//   weir::subflow(ingest, "2024-05-01");                                        // tasks ingest.load, ingest.clean …
//   auto total = weir::subflow("north", [&] { return sum(count.map(tables)); });  // north.count, north.sum
//
// A second call of the same name in the same place makes ingest-2.load and so on. Timeout, limits, number of runs and
// hooks are those of the outermost flow.
#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <weir/flow.h>

namespace weir {

namespace detail {

/// New tasks belong to a group for as long as this lives.
class Group {
 public:
  explicit Group(const std::string& name) : body_(current_body()) { body_->enter(name); }
  ~Group() { body_->leave(); }
  Group(const Group&) = delete;

 private:
  std::shared_ptr<Body> body_;
};

/// Defaults take the place of those that are not given. Throws FlowError when there are too many or too few.
std::vector<json> arguments_of(const Flow& flow, std::vector<json> given);

}  // namespace detail

/// Calls the body of `flow` here and now. `arguments` are those of its parameters in their order; the last ones may be
/// left out when they have a default.
template <class... A>
void subflow(const Flow& flow, const A&... arguments) {
  static_assert(
      (!detail::is_future<A> && ...),
      "a flow takes values: give result() of the future, or pass it into a lambda given to subflow");
  auto values = detail::arguments_of(flow, {to_json(arguments)...});
  detail::Group group(flow.name);
  flow.body(values);
}

/// Calls `body` here and now, and returns what it returns: values, futures.
template <class F>
  requires std::is_invocable_v<F>
auto subflow(const std::string& name, F body) {
  detail::Group group(name);
  return body();
}

}  // namespace weir
