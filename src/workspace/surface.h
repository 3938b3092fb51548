// Everything that can be asked of the workspace: each part of the API, and where it is found.
#pragma once

#include "workspace/clusters/clusters_api.h"
#include "workspace/clusters/commands_api.h"
#include "workspace/clusters/libraries_api.h"
#include "workspace/files/dbfs_api.h"
#include "workspace/files/files_api.h"
#include "workspace/files/object_ids.h"
#include "workspace/files/objects_api.h"
#include "workspace/files/volumes_api.h"
#include "workspace/identity/tokens_api.h"
#include "workspace/jobs/api/jobs_api.h"
#include "workspace/jobs/api/repairs_api.h"
#include "workspace/jobs/api/runs_api.h"
#include "workspace/kept/global_scripts_api.h"
#include "workspace/kept/policies_api.h"
#include "workspace/kept/pools_api.h"
#include "workspace/kept/repos_api.h"
#include "workspace/notifications/destinations_api.h"
#include "workspace/permissions/permissions_api.h"
#include "workspace/rest/router.h"
#include "workspace/secrets/secrets_api.h"
#include "workspace/services.h"
#include "workspace/sql/queries_api.h"
#include "workspace/sql/statements_api.h"
#include "workspace/sql/warehouses_api.h"
#include "workspace/status_api.h"

namespace weir::workspace {

/// Over services that are prepared and outlive it. Loop thread only.
class Surface {
 public:
  Surface(Services& services, const Doors& doors);

  const Router& router() const { return router_; }

  /// What a new workspace has and nobody asked for.
  Result<void> furnish() { return warehouses_.make_starter(); }

 private:
  Services& services_;
  ObjectIds object_ids_;
  JobsApi jobs_;
  RunsApi runs_;
  RepairsApi repairs_;
  DbfsApi dbfs_;
  FilesApi files_;
  VolumesApi volumes_;
  ObjectsApi objects_;
  ReposApi repos_;
  SecretsApi secrets_;
  ClustersApi clusters_;
  LibrariesApi libraries_;
  CommandsApi commands_;
  WarehousesApi warehouses_;
  StatementsApi statements_;
  QueriesApi queries_;
  DestinationsApi destinations_;
  PermissionsApi permissions_;
  TokensApi tokens_;
  PoolsApi pools_;
  PoliciesApi policies_;
  GlobalScriptsApi global_scripts_;
  StatusApi status_;
  Router router_;
};

}  // namespace weir::workspace
