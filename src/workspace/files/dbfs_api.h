// /api/2.0/dbfs: files, and uploads in blocks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>

#include "base/clock.h"
#include "workspace/files/file_tree.h"
#include "workspace/rest/router.h"

namespace weir::workspace {

class DbfsApi {
 public:
  explicit DbfsApi(const FileTree& tree) : tree_(tree) {}
  void add_routes(Router& router);

 private:
  /// A file being written in blocks. Its handle dies with the server or after ten idle minutes.
  struct Upload {
    TreePath path{};
    bool overwrite = false;
    std::filesystem::path staged{};
    Instant touched{};
  };

  Reply create(const Call& call);
  Reply add_block(const Call& call);
  Reply close(const Call& call);
  Reply put(const Call& call) const;
  Reply read(const Call& call) const;
  Reply status(const Call& call) const;
  Reply list(const Call& call) const;
  Reply mkdirs(const Call& call) const;
  Reply move(const Call& call) const;
  Reply remove(const Call& call) const;
  void drop_idle_uploads();

  const FileTree& tree_;
  SystemClock clock_;
  std::int64_t last_handle_ = 0;
  std::map<std::int64_t, Upload> uploads_;
};

}  // namespace weir::workspace
