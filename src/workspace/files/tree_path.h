// A path inside the workspace, as clients name it: absolute, '/' between parts, no way out.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace weir::workspace {

class TreePath {
 public:
  TreePath() = default;  ///< the root

  /// Accepts "/a/b", "/a//b/" and with a scheme "dbfs:/a/b" or "dbfs:///a". Refuses (the error is a sentence)
  /// relative paths, "." and ".." parts, NUL and control characters, parts over 255 bytes and paths over
  /// 4096.
  static std::expected<TreePath, std::string> parse(std::string_view text);

  bool is_root() const { return parts_.empty(); }
  const std::vector<std::string>& parts() const { return parts_; }
  std::string name() const { return parts_.empty() ? "" : parts_.back(); }
  TreePath parent() const;
  TreePath child(std::string name) const;               ///< a name that a folder listing gave
  TreePath with_suffix(std::string_view suffix) const;  ///< "/a/b" and ".py" make "/a/b.py"
  bool contains(const TreePath& other) const;           ///< other is this, or below it
  std::string text() const;                             ///< "/a/b"; "/" for the root

  friend bool operator==(const TreePath&, const TreePath&) = default;

 private:
  std::vector<std::string> parts_;
};

}  // namespace weir::workspace
