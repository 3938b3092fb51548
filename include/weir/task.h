// A task: a plain function with a name and a policy. Calling it inside a flow adds one run of it to the graph
// and returns a future at once.
//
//   const auto add = weir::task("add", [](int a, int b) { return a + b; }, {.retries = 2});
//   weir::Future<int> three = add(1, 2);
//   weir::Future<int> six = add(three, 3, weir::named("total"));
//   weir::MappedFuture<int> many = add.map({1, 2, 3}, 10);   // 11, 12, 13
//
// Parameters and result must convert to and from JSON (weir/json.h): that is what makes results durable and
// lets a run that was killed go on without running finished tasks again. The function runs on a thread of its
// own pool, at least once; it must not touch what belongs to the flow body.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include <weir/input.h>

namespace weir {

template <class Signature>
class Task;

template <class R, class... P>
class Task<R(P...)> {
 public:
  Task(std::string name, std::function<R(P...)> function, TaskOptions options)
      : name_(std::move(name)),
        function_(std::make_shared<std::function<R(P...)>>(std::move(function))),
        options_(std::move(options)) {}

  /// Adds a run of this task to the flow whose body runs on this thread; throws FlowError outside of one.
  Future<R> operator()(Input<std::decay_t<P>>... arguments, Call call = {}) const {
    auto body = detail::current_body();
    std::string key = body->declare(declaration(JsonArray{arguments.compiled()...}, std::move(call)));
    return Future<R>(std::move(body), std::move(key));
  }

  /// Adds one run of this task for each item of its list arguments, however many there turn out to be: see MapInput.
  /// Elements of a mapped future that is followed start one by one, as soon as theirs is there.
  MappedFuture<R> map(MapInput<std::decay_t<P>>... arguments, Call call = {}) const {
    static_assert(sizeof...(P) > 0, "a task without parameters cannot be mapped");
    auto body = detail::current_body();
    auto mapped = declaration(nullptr, std::move(call));
    detail::compile_map({arguments.argument()...}, mapped);
    std::string key = body->declare(std::move(mapped));
    return MappedFuture<R>(std::move(body), std::move(key));
  }

  const std::string& name() const { return name_; }

 private:
  detail::Declaration declaration(json inputs, Call call) const {
    return {.kind = "cpp",
            .name = name_,
            .inputs = std::move(inputs),
            .map = {},
            .call = std::move(call),
            .options = options_,
            .function = bound(),
            .parameters = &typeid(std::tuple<std::decay_t<P>...>)};
  }

  std::function<json(const json&)> bound() const {
    return [function = function_](const json& inputs) {
      return apply(*function, inputs.as_array(), std::index_sequence_for<P...>{});
    };
  }

  template <std::size_t... I>
  static json apply(const std::function<R(P...)>& function, [[maybe_unused]] const JsonArray& inputs,
                    std::index_sequence<I...>) {
    if constexpr (std::is_void_v<R>) {
      function(from_json<std::decay_t<P>>(inputs.at(I))...);
      return nullptr;
    } else {
      return to_json(function(from_json<std::decay_t<P>>(inputs.at(I))...));
    }
  }

  std::string name_;
  std::shared_ptr<std::function<R(P...)>> function_;
  TaskOptions options_;
};

namespace detail {

template <class F>
struct TaskOf;
template <class R, class... P>
struct TaskOf<std::function<R(P...)>> {
  using type = Task<R(P...)>;
};

}  // namespace detail

/// `function` is a function or a lambda without overloads.
template <class F>
auto task(std::string name, F function, TaskOptions options = {}) {
  using Function = decltype(std::function{std::declval<F>()});
  return typename detail::TaskOf<Function>::type(std::move(name), Function(std::move(function)),
                                                 std::move(options));
}

}  // namespace weir
