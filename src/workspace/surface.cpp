#include "workspace/surface.h"

#include <fmt/format.h>

#include "workspace/identity/identity_api.h"
#include "workspace/identity/oauth_api.h"
#include "workspace/identity/scim_api.h"
#include "workspace/jobs/api/run_page.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

RunView run_view(const Identity& identity) {
  return {.host = identity.host, .org_id = identity.org_id, .user = identity.user};
}

/// Of the kinds that are known here. What does not exist has no permissions.
Answer<void> check_exists(Services& services, const PermissionKind& kind, const std::string& id) {
  auto missing = [&](std::string_view what) {
    return does_not_exist(fmt::format("{} {} does not exist.", what, id));
  };
  if (kind.path == "jobs") {
    auto job = JobStore(services.state).find(coerce_integer(json(id)).value_or(0));
    if (!job) return internal_error(job.error());
    if (!*job) return missing("Job");
  }
  if (kind.path == "clusters") {
    auto cluster = services.clusters->store().find(id);
    if (!cluster) return internal_error(cluster.error());
    if (!*cluster) return missing("Cluster");
  }
  return {};
}

}  // namespace

Surface::Surface(Services& services, const Doors& doors)
    : services_(services),
      object_ids_(services.state),
      jobs_(services.state, *services.runner, *services.scheduler, services.destinations(),
            services.identity.user),
      runs_(services.state, *services.runner, services.destinations(), run_view(services.identity)),
      repairs_(services.state, *services.runner, services.objects, run_view(services.identity)),
      dbfs_(services.dbfs),
      files_(services.loop, services.dbfs, services.access_tokens()),
      volumes_(services.dbfs, services.identity.user),
      objects_(services.objects, object_ids_),
      repos_(services.state, services.objects, services.identity.user),
      secrets_(*services.secrets, services.identity.user),
      clusters_(*services.clusters, services.cluster_view(doors), services.setting.interpreters.runtimes()),
      libraries_(*services.clusters),
      commands_(*services.clusters),
      warehouses_(*services.clusters, services.cluster_view(doors)),
      statements_(*services.statements, *services.clusters),
      queries_(services.state, services.identity.user),
      destinations_(services.state, *services.secrets),
      permissions_(services.state, services.identity.user,
                   [this](const PermissionKind& kind, const std::string& id) {
                     return check_exists(services_, kind, id);
                   }),
      tokens_(*services.tokens, services.identity),
      pools_(services.state),
      policies_(services.state, services.identity.user),
      global_scripts_(services.state, services.identity.user),
      status_(services.state, *services.clusters, *services.drivers, services.setting.interpreters,
              services.cluster_view(doors)) {
  auto add = [this](auto&... apis) { (apis.add_routes(router_), ...); };
  add(jobs_, runs_, repairs_);
  add(dbfs_, files_, volumes_, objects_, repos_);
  add(secrets_, permissions_, destinations_, tokens_);
  add(clusters_, libraries_, commands_, warehouses_, statements_, queries_);
  add(pools_, policies_, global_scripts_);
  add(status_);
  add_identity_routes(router_, services.identity.org_id);
  add_token_route(router_, services.home.token(), services.access_tokens());
  add_scim_routes(router_, services.identity);
  add_run_page(router_);
}

}  // namespace weir::workspace
