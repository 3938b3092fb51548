// Files that arrive in parts: an upload is begun, its parts come in any order and more than once, and it is joined to
// one file or given up. Parts wait in the staging folder, so an upload ends with the server.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "loop/loop.h"
#include "workspace/files/file_tree.h"

namespace weir::workspace {

class PartUploads {
 public:
  struct Part {
    std::filesystem::path file{};
    std::string tag{};  ///< says which content of the part is meant
  };
  struct Upload {
    TreePath path{};
    bool overwrite = true;
    std::map<std::int64_t, Part> parts{};
    Instant touched{};
  };

  PartUploads(Loop& loop, const FileTree& tree) : loop_(loop), tree_(tree) {}
  ~PartUploads();  ///< what is being joined is given up

  /// The token of a new upload; empty when too many are open.
  std::string begin(TreePath path, bool overwrite);
  Upload* find(const std::string& token, const TreePath& path);  ///< null when there is none of that path

  /// Takes the file over and returns the part's tag. The part may have been there: it is replaced.
  std::string add(Upload& upload, std::int64_t number, const std::filesystem::path& file) const;

  /// Joins the parts, in order, on a thread of its own, and puts the file into its place. `done` is called on the loop;
  /// the upload is gone at once.
  void join(const std::string& token, std::function<void(FileResult<void>)> done);

  void give_up(const std::string& token);

 private:
  void drop_idle();
  void drop(const Upload& upload) const;

  Loop& loop_;
  const FileTree& tree_;
  SystemClock clock_;
  std::map<std::string, Upload> uploads_;
  std::list<std::jthread> joining_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();  ///< what a thread posts looks whether it still is
};

}  // namespace weir::workspace
