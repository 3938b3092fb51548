#include "workspace/files/tree_path.h"

#include <algorithm>

#include <fmt/format.h>

namespace weir::workspace {
namespace {

constexpr std::size_t path_bytes_max = 4096;
constexpr std::size_t part_bytes_max = 255;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

std::expected<TreePath, std::string> TreePath::parse(std::string_view text) {
  std::string_view given = text;
  if (text.starts_with("dbfs:")) text.remove_prefix(5);
  if (text.size() > path_bytes_max)
    return std::unexpected(fmt::format("The path is longer than {} bytes.", path_bytes_max));
  if (std::ranges::any_of(text, is_control)) return std::unexpected("The path holds a control character.");
  if (!text.starts_with('/'))
    return std::unexpected(
        fmt::format("The path must be absolute, such as '/jobs/report.py', not '{}'.", given));

  TreePath path;
  while (!text.empty()) {
    text.remove_prefix(1);
    std::string_view part = text.substr(0, text.find('/'));
    text.remove_prefix(part.size());
    if (part == "." || part == "..") return std::unexpected("The path may not hold '.' or '..'.");
    if (part.size() > part_bytes_max)
      return std::unexpected(fmt::format("A part of the path is longer than {} bytes.", part_bytes_max));
    if (!part.empty()) path.parts_.emplace_back(part);
  }
  return path;
}

TreePath TreePath::parent() const {
  TreePath path = *this;
  if (!path.parts_.empty()) path.parts_.pop_back();
  return path;
}

TreePath TreePath::child(std::string name) const {
  TreePath path = *this;
  path.parts_.push_back(std::move(name));
  return path;
}

TreePath TreePath::with_suffix(std::string_view suffix) const {
  TreePath path = *this;
  if (!path.parts_.empty()) path.parts_.back() += suffix;
  return path;
}

bool TreePath::contains(const TreePath& other) const {
  return parts_.size() <= other.parts_.size() &&
         std::equal(parts_.begin(), parts_.end(), other.parts_.begin());
}

std::string TreePath::text() const {
  if (parts_.empty()) return "/";
  std::string text;
  for (const auto& part : parts_) text.append("/").append(part);
  return text;
}

}  // namespace weir::workspace
