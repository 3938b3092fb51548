#include "databricks/wire/api_error.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/utf8.h"

namespace weir::databricks {
namespace {

constexpr std::size_t message_length_max = 500;

/// The beginning of `text`, which is UTF-8: no character is cut in two.
std::string_view shortened(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size()) {
    auto next = size + utf8_character_size(text.substr(size));
    if (next > message_length_max) break;
    size = next;
  }
  return text.substr(0, size);
}

/// Text in any case: pages and plain bodies come in whatever encoding a proxy has, and a message must fit into JSON.
std::string one_line(std::string_view bytes) {
  std::string line;
  for (char c : to_utf8(bytes)) {
    bool space = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (!space)
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  if (line.size() <= message_length_max) return line;
  return std::string(shortened(line)) + "…";
}

/// The text of the first <tag>…</tag>; tags in the field carry no attributes that matter here.
std::optional<std::string> element(std::string_view html, std::string_view tag) {
  auto open = html.find(fmt::format("<{}>", tag));
  if (open == html.npos) return std::nullopt;
  open += tag.size() + 2;
  auto close = html.find(fmt::format("</{}>", tag), open);
  if (close == html.npos) return std::nullopt;
  return one_line(html.substr(open, close - open));
}

std::string text_of_page(std::string_view html) {
  for (auto tag : {"pre", "title", "h1"}) {
    if (auto text = element(html, tag); text && !text->empty()) return *text;
  }
  return "answered with a web page";
}

void read_object(const json& body, ApiError& error) {
  if (const json* code = find(body, "error_code")) {
    error.code = code->is_string() ? std::string(code->get_string()) : to_text(*code);
  }
  for (auto key : {"message", "error_description", "detail", "error"}) {
    if (auto text = find_string(body, key); text && !text->empty()) {
      error.message = one_line(*text);
      return;
    }
  }
  error.message = error.code;
}

bool is_page(std::string_view body) {
  auto start = body.find_first_not_of(" \t\r\n");
  return start != body.npos && body[start] == '<';
}

}  // namespace

ApiError read_api_error(int status, std::string_view body) {
  ApiError error{.status = status};
  if (auto parsed = parse_json(body); parsed && parsed->is_object())
    read_object(*parsed, error);
  else if (is_page(body))
    error.message = text_of_page(body);
  else
    error.message = one_line(body);
  if (error.message.empty()) error.message = fmt::format("HTTP status {}", status);
  return error;
}

bool refuses_credential(int status, std::string_view text) {
  return status == 401 || (status == 403 && text.contains("Invalid access token"));
}

bool says_not_found(const ApiError& error) {
  if (error.status == 404 || error.code == "RESOURCE_DOES_NOT_EXIST") return true;
  if (error.status != 400 || error.code != "INVALID_PARAMETER_VALUE") return false;
  bool kind = std::ranges::any_of(std::to_array<std::string_view>({"Job ", "Run ", "Run: ", "Cluster "}),
                                  [&](auto word) { return error.message.starts_with(word); });
  return kind && (error.message.contains("does not exist") || error.message.contains("doesn't exist"));
}

}  // namespace weir::databricks
