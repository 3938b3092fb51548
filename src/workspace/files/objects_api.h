// /api/2.0/workspace and /api/2.0/workspace-files: import, export, list and delete of notebooks, files and folders.
#pragma once

#include "workspace/files/object_ids.h"
#include "workspace/files/objects.h"
#include "workspace/rest/router.h"

namespace weir::workspace {

class ObjectsApi {
 public:
  ObjectsApi(const Objects& objects, ObjectIds& ids) : objects_(objects), ids_(ids) {}
  void add_routes(Router& router);

 private:
  Reply status(const Call& call) const;
  Reply list(const Call& call) const;
  Reply mkdirs(const Call& call) const;
  Reply remove(const Call& call) const;

  void add_import_routes(Router& router);
  Reply import_object(const Call& call) const;
  Reply import_archive(const TreePath& folder, std::string_view archive, bool overwrite) const;
  Reply import_file(const Call& call) const;
  Reply put(const TreePath& path, std::string content, bool overwrite) const;

  void add_export_routes(Router& router);
  Reply export_object(const Call& call) const;
  Reply download(const Call& call) const;

  const Objects& objects_;
  ObjectIds& ids_;
};

/// That of the field `path`.
Answer<TreePath> object_path_in(const Call& call);

}  // namespace weir::workspace
