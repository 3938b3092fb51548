#include "workspace/rest/page_token.h"

#include <charconv>

#include "databricks/wire/base64.h"

namespace weir::workspace {
namespace {

constexpr std::string_view prefix = "below:";
constexpr std::string_view name_prefix = "after:";

std::unexpected<ApiError> not_ours() {
  return invalid_parameter("The page_token is none that this workspace gave out.");
}

}  // namespace

std::string page_token_below(std::int64_t id) {
  return databricks::encode_base64(std::string(prefix) + std::to_string(id));
}

Answer<std::int64_t> id_of_page_token(const std::string& token) {
  if (token.empty()) return 0;
  std::string text = databricks::decode_base64(token).value_or("");
  std::int64_t id = 0;
  if (text.starts_with(prefix)) {
    auto [end, error] = std::from_chars(text.data() + prefix.size(), text.data() + text.size(), id);
    if (error == std::errc{} && end == text.data() + text.size() && id > 0) return id;
  }
  return not_ours();
}

std::string page_token_after(std::string_view name) {
  return databricks::encode_base64(std::string(name_prefix).append(name));
}

Answer<std::string> name_of_page_token(const std::string& token) {
  if (token.empty()) return std::string();
  std::string text = databricks::decode_base64(token).value_or("");
  if (text.starts_with(name_prefix)) return text.substr(name_prefix.size());
  return not_ours();
}

}  // namespace weir::workspace
