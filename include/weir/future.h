// The result of a task that may not have run yet. Passing a future to another task makes an edge of the
// graph; result() waits for the value in the flow body.
//
//   weir::Future<int> rows = count(table);
//   report(rows);                          // an edge; nothing waits here
//   if (rows.result() == 0) alert();       // waits, then branches
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <weir/detail/body.h>
#include <weir/error.h>

namespace weir {

namespace detail {

/// What a future and a mapped one have in common. Cheap to copy.
class Handle {
 public:
  Handle(std::shared_ptr<Body> body, std::string key) : body_(std::move(body)), key_(std::move(key)) {}

  /// The task's key in the run.
  const std::string& key() const { return key_; }

  /// Waits for the task to end, and tells how. Throws nothing for a task that failed.
  State wait() const {
    body_->ends_of({key_})->next();
    return body_->state(key_);
  }

  /// Waits for the task to end.
  bool succeeded() const { return wait() == State::succeeded; }

  /// How the task stands now. A body that branches on this may take another way when its run is resumed; one that
  /// branches on wait() or succeeded() does not.
  State state() const { return body_->state(key_); }

  const std::shared_ptr<Body>& body() const { return body_; }

 protected:
  json value() const {
    body_->ends_of({key_})->next();
    return body_->value(key_);
  }

 private:
  std::shared_ptr<Body> body_;
  std::string key_;
};

}  // namespace detail

/// Usable on the thread of the flow body it came from, while that body runs.
template <class T>
class Future : public detail::Handle {
 public:
  using Handle::Handle;

  /// Waits for the task to end. Throws TaskFailed when it did not succeed.
  T result() const {
    json value = this->value();
    if constexpr (!std::is_void_v<T>) return from_json<T>(value);
  }
};

/// The results of a task that runs once for each item. As an argument of another task it is all of them, a
/// std::vector<T>; as an argument of another map() it is followed item by item, and no item waits for the others.
template <class T>
class MappedFuture : public detail::Handle {
 public:
  using Handle::Handle;
  using Results =
      std::conditional_t<std::is_void_v<T>, void, std::vector<std::conditional_t<std::is_void_v<T>, int, T>>>;

  /// Waits for all of them to end. Throws TaskFailed when one failed. An element that was skipped has no result: T
  /// must be able to be null (std::optional, weir::json) where that can happen.
  Results result() const {
    json values = this->value();
    if constexpr (!std::is_void_v<T>) {
      Results results;
      const auto& array = values.as_array();
      results.reserve(array.size());
      for (std::size_t i = 0; i < array.size(); ++i) results.push_back(element(array[i], i));
      return results;
    }
  }

  /// One of them. As an argument of a task it waits, like all of them, for the whole.
  Future<T> operator[](std::size_t index) const {
    return {body(), key() + "[" + std::to_string(index) + "]"};
  }

 private:
  auto element(const json& value, std::size_t index) const {
    if (value.is_null()) {
      try {
        return from_json<T>(value);
      } catch (const std::exception&) {
        throw TaskFailed((*this)[index].key(), "it was skipped, and its type cannot be null");
      }
    }
    return from_json<T>(value);
  }
};

}  // namespace weir
