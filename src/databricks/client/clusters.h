// Clusters, for callers that may block: names become ids here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "databricks/client/patient_client.h"

namespace weir::databricks {

/// `client` must outlive it.
class Clusters {
 public:
  explicit Clusters(const PatientClient& client) : client_(client) {}

  Result<std::vector<json>> list() const;
  Result<json> get(std::string_view cluster_id) const;

  /// Takes an id or a name, exactly as written. Code::not_found names the nearest; Code::invalid lists the ids when
  /// several clusters share the name.
  Result<std::string> find(std::string_view id_or_name) const;

  Result<std::string> create(json specification) const;  ///< the new cluster's id; it starts
  Result<void> start(std::string_view cluster_id) const;
  Result<void> restart(std::string_view cluster_id) const;
  Result<void> terminate(std::string_view cluster_id) const;
  Result<void> remove(std::string_view cluster_id) const;  ///< for good
  Result<void> resize(json body) const;                    ///< {"cluster_id", "num_workers" or "autoscale"}
  Result<std::vector<json>> events(std::string_view cluster_id,
                                   std::size_t count_max) const;  ///< newest first

 private:
  const PatientClient& client_;
};

}  // namespace weir::databricks
