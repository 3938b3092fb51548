// The result of a task that may not have run yet. Passing a future to another task makes an edge of the
// graph; result() waits for the value in the flow body.
//
//   weir::Future<int> rows = count(table);
//   report(rows);                          // an edge; nothing waits here
//   if (rows.result() == 0) alert();       // waits, then branches
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <weir/detail/body.h>
#include <weir/error.h>

namespace weir {

/// Cheap to copy. Usable on the thread of the flow body it came from, while that body runs.
template <class T>
class Future {
 public:
  Future(std::shared_ptr<detail::Body> body, std::string key)
      : body_(std::move(body)), key_(std::move(key)) {}

  /// Waits for the task to end. Throws TaskFailed when it did not succeed.
  T result() const {
    if constexpr (std::is_void_v<T>) {
      body_->await(key_);
    } else {
      return from_json<T>(body_->await(key_));
    }
  }

  /// Waits for the task to end, throws like result(), drops the value.
  void wait() const { body_->await(key_); }

  /// The task's key in the run.
  const std::string& key() const { return key_; }

 private:
  std::shared_ptr<detail::Body> body_;
  std::string key_;
};

namespace detail {

struct NoElement {};

template <class P>
struct ElementOf {
  using type = NoElement;
};
template <class P>
  requires(requires { typename P::value_type; } &&
           std::is_constructible_v<P, std::initializer_list<typename P::value_type>>)
struct ElementOf<P> {
  using type = typename P::value_type;
};
template <>
struct ElementOf<std::string> {
  using type = NoElement;
};

/// What a container holds; NoElement for anything that is written without braces.
template <class P>
using Element = typename ElementOf<P>::type;

}  // namespace detail

/// An argument of a task: a value that converts to P, or a future of one.
template <class P>
class Input {
  template <class U>
  static constexpr bool fits = std::is_same_v<U, P> || std::is_same_v<U, json> || std::is_same_v<P, json> ||
                               (std::is_arithmetic_v<U> && std::is_arithmetic_v<P>);

 public:
  Input(const P& value) : compiled_(detail::literal(to_json(value))) {}

  template <class U>
    requires(std::is_convertible_v<U, P> && !std::is_same_v<std::remove_cvref_t<U>, Input>)
  Input(U&& value) : Input(static_cast<const P&>(P(std::forward<U>(value)))) {}

  /// `task({"a", "b"})` for a parameter that is a container.
  Input(std::initializer_list<detail::Element<P>> values)
    requires(!std::is_same_v<detail::Element<P>, detail::NoElement>)
      : Input(P(values)) {}

  template <class U>
  Input(const Future<U>& future) : compiled_(detail::hole(future.key())) {
    static_assert(fits<U>, "a future of another type is passed to this parameter of the task");
  }

  const json& compiled() const { return compiled_; }

 private:
  json compiled_;
};

}  // namespace weir
