// A kind of task, described as data: its name, the fields its inputs have, whether its attempts live outside
// this process. Faces (YAML, C++, Python) check and complete inputs from this one description, so a kind
// added later reaches all of them by adding its table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace weir::core {

enum class FieldType : std::uint8_t { any, string, integer, number, boolean, object, array };

struct Field {
  std::string name{};
  FieldType type = FieldType::any;
  bool required = false;
  std::string summary{};  ///< one line, for documentation and editors
};

struct Kind {
  std::string name{};           ///< "process", "databricks.run_now"
  std::string summary{};        ///< one line
  std::vector<Field> fields{};  ///< of the inputs object; empty together with `open`: any JSON at all
  bool open = false;            ///< keys that are not listed are allowed and passed through
  bool external = false;    ///< attempts outlive this process and are attached to again, never started twice
  std::string base{};       ///< field with an object of further fields, over which the others go; empty: none
  std::string shorthand{};  ///< field that non-object inputs stand for: `process: [echo, hi]` means its argv

  /// What a success gives, where it is always an object of the same members: for faces with types.
  std::string result_name{};  ///< "JobRun"
  std::vector<Field> result{};
};

/// "/a~1b" for the member "a/b": one step of a JSON pointer.
std::string pointer_step(std::string_view name);

std::string_view name_of(FieldType type);  ///< "string"

/// "a string", "an array", "null": the type of a value inside a sentence.
std::string type_phrase(const json& value);

/// What is wrong with authored or rendered inputs, and where: `path` is a JSON pointer below the inputs
/// ("/argv/0").
struct Problem {
  std::string path{};
  Error error{};
  bool about_name = false;  ///< the name at `path` is wrong, not the value it has
};

/// Checks names and types; holes of a compiled template (core/template.h) fit every type. Applies the
/// shorthand to `inputs`. nullopt when all is well.
std::optional<Problem> check_inputs(const Kind& kind, json& inputs);

/// The same, with every problem instead of the first.
std::vector<Problem> problems_with(const Kind& kind, json& inputs);

}  // namespace weir::core
