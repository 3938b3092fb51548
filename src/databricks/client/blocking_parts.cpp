#include "databricks/client/blocking_parts.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/nearest.h"
#include "databricks/client/pages.h"

namespace weir::databricks {
namespace {

constexpr std::size_t pages_max = 1000;

}  // namespace

std::vector<json> items_of(const json& answer, std::string_view key) {
  const json* items = find(answer, key);
  if (!items || !items->is_array()) return {};
  return {items->get_array().begin(), items->get_array().end()};
}

Result<std::string> text_in(const Result<json>& answer, std::string_view key) {
  if (!answer) return std::unexpected(answer.error());
  if (auto text = find_string(*answer, key)) return *text;
  return fail(Code::unavailable, fmt::format("the workspace's answer has no {}", key));
}

Result<std::vector<json>> all_items(const PatientClient& client, std::string_view key,
                                    const std::function<ApiRequest(std::string_view)>& page) {
  std::vector<json> all;
  std::string token;
  for (std::size_t count = 0; count < pages_max; ++count) {
    auto answer = client.call(page(token));
    if (!answer) return std::unexpected(answer.error());
    for (auto& item : items_of(*answer, key)) all.push_back(std::move(item));
    token = next_page_token(*answer).value_or("");
    if (token.empty()) break;
  }
  return all;
}

Result<std::string> choose_named(std::string_view what, std::string_view id_or_name,
                                 const std::vector<Named>& known, std::string_view see) {
  std::vector<std::string> ids;
  std::vector<std::string> names;
  for (const auto& thing : known) {
    if (thing.id == id_or_name) return thing.id;
    if (thing.name == id_or_name) ids.push_back(thing.id);
    names.push_back(thing.name);
  }
  if (ids.size() == 1) return ids.front();
  if (ids.empty()) {
    auto near = suggest(id_or_name, names);
    return fail(Code::not_found, fmt::format("there is no {} '{}'", what, id_or_name),
                near.empty() ? fmt::format("{} shows them all", see) : near);
  }
  std::ranges::sort(ids);
  return fail(Code::invalid, fmt::format("{} {}s are called '{}'", ids.size(), what, id_or_name),
              fmt::format("give the id instead: {}", fmt::join(ids, ", ")));
}

}  // namespace weir::databricks
