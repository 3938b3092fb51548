#include "databricks/operations/parameters.h"

#include <algorithm>

#include <fmt/format.h>

#include "databricks/wire/limits.h"

namespace weir::databricks {
namespace {

std::optional<core::Problem> make_text(json& value, const std::string& where) {
  if (value.is_null())
    return problem(where, "a parameter cannot be null", "give an empty text, or leave it out");
  if (value.is_double()) value = fmt::format("{}", value.get_double());  // 1.5, not JSON's 1.5E0
  if (!value.is_string()) value = to_text(value);
  return std::nullopt;
}

}  // namespace

core::Problem problem(std::string path, std::string message, std::string hint) {
  return {std::move(path), Error{Code::invalid, std::move(message), std::move(hint)}};
}

std::optional<core::Problem> make_text(json& holder, std::string_view key, const std::string& where) {
  json* member = find(holder, key);
  if (!member) return std::nullopt;
  if (auto* array = member->if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (auto bad = make_text((*array)[i], fmt::format("{}/{}/{}", where, key, i))) return bad;
    }
  } else if (auto* object = member->if_object()) {
    for (auto& [name, value] : *object) {
      if (auto bad = make_text(value, fmt::format("{}/{}/{}", where, key, std::string_view(name))))
        return bad;
    }
  }
  return std::nullopt;
}

std::optional<core::Problem> check_size(const json& holder, std::string_view key) {
  const json* member = find(holder, key);
  if (!member) return std::nullopt;
  std::size_t bytes = to_text(JsonObject{{key, *member}}).size();
  if (bytes <= run_parameters_bytes_max) return std::nullopt;
  return problem(fmt::format("/{}", key),
                 fmt::format("{} has {} bytes as JSON, Databricks takes at most {}", key, bytes,
                             run_parameters_bytes_max),
                 "write the data to a file of the workspace or DBFS and pass its path");
}

std::optional<core::Problem> check_ascii(const json& holder, std::string_view key) {
  const json* member = find(holder, key);
  if (!member || !member->is_array()) return std::nullopt;
  const auto& array = member->get_array();
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (!array[i].is_string()) continue;
    bool ascii = std::ranges::all_of(array[i].get_string(),
                                     [](char c) { return static_cast<unsigned char>(c) < 128; });
    if (!ascii) {
      return problem(fmt::format("/{}/{}", key, i), fmt::format("{} takes ASCII only", key),
                     "pass such text in a file, or encode it");
    }
  }
  return std::nullopt;
}

}  // namespace weir::databricks
