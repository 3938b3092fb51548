// Reads the inputs of an operation, one field after the other, and remembers the first thing that is wrong.
//
//   Given given(task.inputs);
//   auto path = given.text("path");
//   auto overwrite = given.flag_or("overwrite", true);
//   if (auto bad = given.problem()) return refused(*bad);
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "core/kind.h"

namespace weir::databricks::operations {

class Given {
 public:
  /// `inputs` must outlive it.
  explicit Given(const json& inputs) : inputs_(inputs) {}

  const std::optional<core::Problem>& problem() const { return problem_; }
  void refuse(std::string path, std::string message, std::string hint = {});

  bool has(std::string_view name) const { return find(inputs_, name) != nullptr; }
  const json* any(std::string_view name) const { return find(inputs_, name); }

  /// Required, and not empty.
  std::string text(std::string_view name);
  std::string text_or(std::string_view name, std::string_view otherwise);
  bool flag_or(std::string_view name, bool otherwise);

  /// A positive number, also as the text that a template has made of it, or inside an object that has it under the same
  /// name: the result of the task that gave it.
  std::int64_t id(std::string_view name);
  std::optional<std::int64_t> id_if_given(std::string_view name);
  std::int64_t number_or(std::string_view name, std::int64_t otherwise);
  const JsonArray& array(std::string_view name);  ///< required, and not empty
  Duration duration_or(std::string_view name, Duration otherwise);

  /// Exactly one of these is given; else a problem.
  void one_of(std::initializer_list<std::string_view> names);
  void not_together(std::string_view one, std::string_view other, std::string hint);

 private:
  std::string bad_type(std::string_view name, std::string_view wanted, const json& value);

  const json& inputs_;
  std::optional<core::Problem> problem_{};
};

}  // namespace weir::databricks::operations
