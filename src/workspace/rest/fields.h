// Reads the fields of one request. Clients disagree about types (Airflow sends every number as a string, the
// query string knows only text), so each field is coerced to the type its reader asks for. The first field
// that is missing or cannot be coerced is remembered: read everything, then ask for refusal() once.
//
//   Fields in(call.fields);
//   auto job_id = in.integer("job_id");
//   auto limit = in.integer_or("limit", 20);
//   if (auto refusal = in.refusal()) return std::unexpected(*refusal);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "workspace/rest/answer.h"

namespace weir::workspace {

class Fields {
 public:
  explicit Fields(const JsonObject& object) : object_(object) {}

  std::int64_t integer(std::string_view name);
  std::int64_t integer_or(std::string_view name, std::int64_t otherwise);
  std::optional<std::int64_t> optional_integer(std::string_view name);
  std::string text(std::string_view name);
  std::string text_or(std::string_view name, std::string_view otherwise);
  std::optional<std::string> optional_text(std::string_view name);
  bool boolean_or(std::string_view name, bool otherwise);

  /// Null when the field is absent; remembered as wrong when it is there and no object or array.
  const JsonObject* optional_object(std::string_view name);
  const JsonArray* optional_array(std::string_view name);

  const std::optional<ApiError>& refusal() const { return refusal_; }

 private:
  const json* present(std::string_view name) const;  ///< null counts as absent
  void missing(std::string_view name);
  void wrong(std::string_view name, std::string_view expected, const json& found);

  const JsonObject& object_;
  std::optional<ApiError> refusal_{};
};

/// A JSON number, or text that is one.
std::optional<std::int64_t> coerce_integer(const json& value);
/// Text, or a number or boolean written as text.
std::optional<std::string> coerce_text(const json& value);

}  // namespace weir::workspace
