// /api/2.0/fs: files and folders of volumes (/Volumes/<catalog>/<schema>/<volume>/…), as plain bytes of any size. A
// volume is there as soon as something is put into it; its folder lies in DBFS, where Spark finds it.
#pragma once

#include "workspace/files/part_uploads.h"
#include "workspace/rest/access_tokens.h"
#include "workspace/rest/router.h"

namespace weir::workspace {

class FilesApi {
 public:
  FilesApi(Loop& loop, const FileTree& tree, AccessTokens tokens)
      : tree_(tree), uploads_(loop, tree), tokens_(std::move(tokens)) {}
  void add_routes(Router& router);

 private:
  void add_file_routes(Router& router);
  void add_directory_routes(Router& router);
  void add_upload_routes(Router& router);

  Reply download(const Call& call) const;
  Reply put(const Call& call);
  Reply remove(const Call& call);

  Reply list(const Call& call) const;
  Reply directory_status(const Call& call) const;
  Reply make_directory(const Call& call) const;
  Reply remove_directory(const Call& call) const;

  Reply act(const Call& call);  ///< POST of a file: initiate-upload, complete-upload
  Reply complete(const Call& call, const TreePath& path);
  Reply put_part(const Call& call, const TreePath& path, const std::string& token);
  Reply part_urls(const Call& call);
  Reply abort_url(const Call& call);
  Reply download_url(const Call& call);

  JsonObject signed_url(const Call& call, std::string_view method, const TreePath& path,
                        std::string_view query) const;

  const FileTree& tree_;
  PartUploads uploads_;
  AccessTokens tokens_;
};

/// A path below /Volumes that has at least `parts_min` parts, that one counted.
Answer<TreePath> volume_path(std::string_view text, std::size_t parts_min);

/// Of the field `path`.
Answer<TreePath> volume_path_in(const Call& call, std::size_t parts_min);

/// /Volumes/<catalog>/<schema>/<volume>, and with a file in it.
inline constexpr std::size_t parts_of_volume = 4;
inline constexpr std::size_t parts_of_file = 5;

net::ServerResponse no_content();

}  // namespace weir::workspace
