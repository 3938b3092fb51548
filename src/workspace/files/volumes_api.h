// /api/2.1/unity-catalog: the schemas that volumes are in, and the volumes. Both are folders of DBFS, where Files and
// Spark find them (/Volumes/<catalog>/<schema>/<volume>), and nothing beside: what somebody made by writing a file into
// it is a volume like any other. Databases of tables are Spark's own.
#pragma once

#include <string>

#include "workspace/files/file_tree.h"
#include "workspace/rest/router.h"

namespace weir::workspace {

class VolumesApi {
 public:
  VolumesApi(const FileTree& tree, std::string user) : tree_(tree), user_(std::move(user)) {}
  void add_routes(Router& router);

 private:
  Reply create_schema(const Call& call) const;
  Reply schema(const Call& call) const;
  Reply list_schemas(const Call& call) const;
  Reply remove_schema(const Call& call) const;

  Reply create_volume(const Call& call) const;
  Reply volume(const Call& call) const;
  Reply list_volumes(const Call& call) const;
  Reply remove_volume(const Call& call) const;

  JsonObject shown(const TreePath& path, const FileEntry& folder) const;
  bool has_schema(const TreePath& path) const;

  const FileTree& tree_;
  std::string user_;
};

}  // namespace weir::workspace
