// What goes on in this workspace and what it costs, for 'weir workspace status': GET /weir/status. It is weir's own and
// no part of the API that Databricks has.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "workspace/clusters/cluster_view.h"
#include "workspace/clusters/clusters.h"
#include "workspace/jobs/runs/run_store.h"
#include "workspace/rest/router.h"
#include "workspace/spark/drivers.h"

namespace weir::workspace {

/// Loop thread only.
class StatusApi {
 public:
  StatusApi(State& state, Clusters& clusters, const Drivers& drivers, const Interpreters& interpreters,
            ClusterView view)
      : runs_(state),
        clusters_(clusters),
        drivers_(drivers),
        interpreters_(interpreters),
        view_(std::move(view)) {}

  void add_routes(Router& router);

 private:
  struct Report;
  Reply status();
  Result<void> add_clusters(Report& report);
  Result<void> add_runs(Report& report);
  void add_waiting(Report& report);
  void ask_for_idleness(const std::shared_ptr<Report>& report);

  RunStore runs_;
  Clusters& clusters_;
  const Drivers& drivers_;
  const Interpreters& interpreters_;
  ClusterView view_;
};

}  // namespace weir::workspace
