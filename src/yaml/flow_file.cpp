#include "yaml/flow_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include "yaml/document.h"
#include "yaml/faults.h"
#include "yaml/flow_reader.h"

namespace weir::yaml {
namespace {

std::unexpected<std::vector<FileError>> refused(Code code, const std::string& file, std::string what,
                                                std::string hint = {}) {
  return std::unexpected(std::vector{whole_file_error(code, file, std::move(what), std::move(hint))});
}

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

}  // namespace

std::expected<core::FlowSpec, std::vector<FileError>> parse_flow(std::string_view text,
                                                                 const std::string& shown_name,
                                                                 std::span<const core::Kind> kinds) {
  if (text.size() > file_bytes_max) {
    return refused(Code::invalid, shown_name, fmt::format("larger than {} MiB", file_bytes_max >> 20),
                   "split the flow, or generate its tasks in Python or C++");
  }
  text = without_byte_order_mark(text);
  Faults faults(shown_name, text);
  core::FlowSpec flow;
  if (auto document = read_document(text, faults)) flow = read_sections(document->root(), kinds, faults);
  if (!faults.empty()) return std::unexpected(faults.errors());
  return flow;
}

std::expected<core::FlowSpec, std::vector<FileError>> read_flow(const std::filesystem::path& file,
                                                                std::span<const core::Kind> kinds) {
  auto name = file.string();
  std::error_code error;
  auto status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    return refused(Code::not_found, name, "no such file");
  }
  if (status.type() == std::filesystem::file_type::directory) {
    return refused(Code::invalid, name, "a directory, not a flow file", "name a file in it");
  }
  std::ifstream stream(file, std::ios::binary);
  if (error || !stream) {
    auto why = error ? error.message() : std::string(std::strerror(errno));
    return refused(Code::invalid, name, fmt::format("cannot be read: {}", why));
  }
  std::string text(file_bytes_max + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) return refused(Code::invalid, name, "cannot be read to its end");
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return parse_flow(text, name, kinds);
}

}  // namespace weir::yaml
