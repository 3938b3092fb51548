// What the blocking clients of the API families share.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "databricks/client/patient_client.h"

namespace weir::databricks {

inline Result<void> without_value(const Result<json>& answer) {
  if (!answer) return std::unexpected(answer.error());
  return {};
}

/// The array `key` of an answer; empty when there is none.
std::vector<json> items_of(const json& answer, std::string_view key);

/// The text `key` of an answer that must have one.
Result<std::string> text_in(const Result<json>& answer, std::string_view key);

/// The items `key` of all pages.
Result<std::vector<json>> all_items(const PatientClient& client, std::string_view key,
                                    const std::function<ApiRequest(std::string_view page_token)>& page);

/// One thing that has an id and a name.
struct Named {
  std::string id{};
  std::string name{};
};

/// The id of the thing that `id_or_name` means. `what` is for messages ("cluster"), `see` the command that lists
/// them all.
Result<std::string> choose_named(std::string_view what, std::string_view id_or_name,
                                 const std::vector<Named>& known, std::string_view see);

}  // namespace weir::databricks
