// /api/2.0/workspace: import, export, list and delete of notebooks and files.
#pragma once

#include "workspace/files/objects.h"
#include "workspace/rest/router.h"

namespace weir::workspace {

class ObjectsApi {
 public:
  explicit ObjectsApi(const Objects& objects) : objects_(objects) {}
  void add_routes(Router& router);

 private:
  Reply import_object(const Call& call) const;
  Reply export_object(const Call& call) const;
  Reply status(const Call& call) const;
  Reply list(const Call& call) const;
  Reply mkdirs(const Call& call) const;
  Reply remove(const Call& call) const;

  const Objects& objects_;
};

}  // namespace weir::workspace
