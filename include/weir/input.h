// What a task can be called with: values, futures of them, and when it is mapped, many of either.
#pragma once

#include <initializer_list>
#include <iterator>
#include <ranges>
#include <string_view>
#include <type_traits>
#include <utility>

#include <weir/future.h>

namespace weir {

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

/// Whether the result of a task is fit for a parameter.
template <class U, class P>
constexpr bool fits = std::is_same_v<U, P> || std::is_same_v<U, json> || std::is_same_v<P, json> ||
                      (std::is_arithmetic_v<U> && std::is_arithmetic_v<P>);

/// Whether the items of a list are.
template <class List, class P>
constexpr bool items_fit = !std::is_same_v<Element<List>, NoElement> && fits<Element<List>, P>;

template <class T>
constexpr bool is_future = std::is_base_of_v<Handle, std::remove_cvref_t<T>>;

template <class T>
constexpr bool never = false;

/// A container, in this process, of values for P.
template <class T, class P>
concept ListOf = std::ranges::range<T> && !std::is_convertible_v<T, std::string_view> &&
                 std::is_convertible_v<std::ranges::range_reference_t<T>, P>;

}  // namespace detail

/// An argument of a task: a value that converts to P, or a future of one.
template <class P>
class Input {
 public:
  Input(const P& value) : compiled_(detail::literal(to_json(value))) {}

  template <class U>
    requires(std::is_convertible_v<U, P> && !std::is_same_v<std::remove_cvref_t<U>, Input> &&
             !detail::is_future<U>)
  Input(U&& value) : Input(static_cast<const P&>(P(std::forward<U>(value)))) {}

  /// `task({"a", "b"})` for a parameter that is a container.
  Input(std::initializer_list<detail::Element<P>> values)
    requires(!std::is_same_v<detail::Element<P>, detail::NoElement>)
      : Input(P(values)) {}

  template <class U>
  Input(const Future<U>& future) : compiled_(detail::hole(future.key())) {
    static_assert(detail::fits<U, P>, "a future of another type is passed to this parameter of the task");
  }

  /// All results of a mapped task.
  template <class U>
  Input(const MappedFuture<U>& future) : compiled_(detail::hole(future.key())) {
    static_assert(
        std::is_same_v<P, json> || detail::fits<U, detail::Element<P>>,
        "the results of a mapped task are passed as one argument: its parameter must be a container of "
        "them, std::vector<…>");
  }

  template <class U>
    requires(!std::is_convertible_v<U, P> && !std::is_same_v<std::remove_cvref_t<U>, Input> &&
             !detail::is_future<U>)
  Input(U&&) {
    static_assert(detail::never<U>, "an argument of the task does not convert to the type of its parameter");
  }

  const json& compiled() const { return compiled_; }

 private:
  json compiled_;
};

namespace detail {

template <class T>
struct Unmapped {
  T value;
};
template <class T>
struct Each {
  T value;
};

}  // namespace detail

/// The same for every item, although it could be walked along.
template <class T>
detail::Unmapped<T> unmapped(T value) {
  return {std::move(value)};
}

/// Walked along although its type does not tell that it can be: a weir::json that is an array, or a future of one.
template <class T>
detail::Each<T> each(T value) {
  return {std::move(value)};
}

/// An argument of Task::map. Lists of P, futures of such lists and mapped futures are walked along, together when there
/// are several; anything else is the same for every item.
template <class P>
class MapInput {
 public:
  /// `task.map({1, 2, 3})`.
  MapInput(std::initializer_list<P> values) { walk(values); }

  template <class U>
    requires(!std::is_same_v<std::remove_cvref_t<U>, MapInput>)
  MapInput(U&& value) {
    take(value);
  }

  const detail::MapArgument& argument() const { return argument_; }

 private:
  template <class U>
  void take(const U& value) {
    if constexpr (detail::ListOf<const U&, P>) {
      walk(value);
    } else {
      argument_ = {Input<P>(value).compiled(), false};
    }
  }

  template <class U>
  void take(const detail::Unmapped<U>& constant) {
    argument_ = {Input<P>(constant.value).compiled(), false};
  }

  template <class U>
  void take(const detail::Each<U>& list) {
    static_assert(std::is_same_v<U, json> || std::is_same_v<U, Future<json>>,
                  "weir::each is for weir::json and futures of it");
    if constexpr (detail::is_future<U>) {
      argument_ = {detail::hole(list.value.key()), true};
    } else if (const auto* array = list.value.if_array()) {
      walk(*array);
    } else {
      argument_ = {detail::literal(list.value), true};
    }
  }

  template <class U>
  void take(const Future<U>& future) {
    if constexpr (detail::items_fit<U, P>) {
      argument_ = {detail::hole(future.key()), true};
    } else {
      static_assert(
          detail::fits<U, P>,
          "map() is given a future that is neither of the parameter's type nor of a list of such values");
      argument_ = {detail::hole(future.key()), false};
    }
  }

  template <class U>
  void take(const MappedFuture<U>& future) {
    static_assert(detail::fits<U, P>,
                  "map() follows a mapped task whose results are of another type than this parameter");
    argument_ = {detail::hole(future.key()), true};
  }

  template <class List>
  void walk(const List& values) {
    JsonArray array;
    for (const auto& value : values) {
      if constexpr (std::is_same_v<P, json>) {
        array.push_back(detail::literal(value));
      } else {
        array.push_back(detail::literal(to_json(static_cast<P>(value))));
      }
    }
    argument_ = {json(std::move(array)), true};
  }

  detail::MapArgument argument_;
};

}  // namespace weir
