#include "workspace/rest/multipart.h"

#include <algorithm>
#include <optional>

#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

constexpr std::size_t parts_max = 32;
constexpr std::size_t boundary_bytes_max = 70;  // RFC 2046

std::unexpected<ApiError> malformed(std::string_view what) {
  return refuse(400, "MALFORMED_REQUEST", "The multipart/form-data body " + std::string(what) + ".");
}

/// The value of `name=` in a header such as `form-data; name="path"; filename="x"`.
std::optional<std::string> parameter(std::string_view header, std::string_view name) {
  std::size_t at = header.find(';');
  while (at != header.npos) {
    header.remove_prefix(at + 1);
    header = trimmed(header);
    bool found = starts_with_ignoring_case(header, name) && header.substr(name.size()).starts_with('=');
    std::size_t equals = header.find('=');
    if (equals == header.npos) return std::nullopt;
    std::string_view value = header.substr(equals + 1);
    if (value.starts_with('"')) {
      std::size_t close = value.find('"', 1);
      if (close == value.npos) return std::nullopt;
      if (found) return std::string(value.substr(1, close - 1));
      header = value.substr(close);
      at = header.find(';');
    } else {
      at = header.find(';');
      if (found) return std::string(trimmed(value.substr(0, value.find(';'))));
    }
  }
  return std::nullopt;
}

Answer<FormPart> parse_part(std::string_view text) {
  std::size_t blank = text.find("\r\n\r\n");
  if (blank == text.npos) return malformed("has a part without headers");
  FormPart part;
  std::string_view headers = text.substr(0, blank + 2);
  while (!headers.empty()) {
    std::size_t end = headers.find("\r\n");
    std::string_view line = headers.substr(0, end);
    headers.remove_prefix(end + 2);
    if (!starts_with_ignoring_case(line, "content-disposition:")) continue;
    part.name = parameter(line, "name").value_or("");
    part.is_file = parameter(line, "filename").has_value();
  }
  if (part.name.empty()) return malformed("has a part without a name");
  part.content = text.substr(blank + 4);
  return part;
}

}  // namespace

bool is_multipart(std::string_view content_type) {
  return starts_with_ignoring_case(content_type, "multipart/form-data");
}

Answer<std::vector<FormPart>> parse_multipart(std::string_view content_type, std::string_view body) {
  auto boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > boundary_bytes_max)
    return malformed("names no usable boundary");
  std::string opening = "--" + *boundary;
  std::string separator = "\r\n" + opening;
  if (!body.starts_with(opening)) return malformed("does not start with its boundary");
  body.remove_prefix(opening.size());

  std::vector<FormPart> parts;
  while (!body.starts_with("--")) {
    if (!body.starts_with("\r\n")) return malformed("has text after a boundary");
    std::size_t end = body.find(separator, 2);
    if (end == body.npos) return malformed("ends before its closing boundary");
    auto part = parse_part(body.substr(2, end - 2));
    if (!part) return std::unexpected(part.error());
    if (std::ranges::count(parts, part->name, &FormPart::name) > 0) return malformed("repeats a field");
    if (parts.size() == parts_max) return malformed("has too many parts");
    parts.push_back(std::move(*part));
    body.remove_prefix(end + separator.size());
  }
  return parts;
}

}  // namespace weir::workspace
