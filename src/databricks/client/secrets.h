// Scopes and secrets, for callers that may block. Values go in and never come out.
#pragma once

#include <string_view>
#include <vector>

#include "databricks/client/credential.h"
#include "databricks/client/patient_client.h"

namespace weir::databricks {

/// `client` must outlive it. A missing scope or key is Code::not_found and names the nearest.
class Secrets {
 public:
  explicit Secrets(const PatientClient& client) : client_(client) {}

  Result<void> create_scope(std::string_view scope) const;
  Result<void> remove_scope(std::string_view scope) const;
  Result<std::vector<json>> scopes() const;  ///< {"name", "backend_type"}

  Result<void> put(std::string_view scope, std::string_view key, const Credential& value) const;
  Result<void> remove(std::string_view scope, std::string_view key) const;
  Result<std::vector<json>> list(std::string_view scope) const;  ///< {"key", "last_updated_timestamp"}

 private:
  Result<json> with_nearest_scope(Result<json> answer, std::string_view scope) const;

  const PatientClient& client_;
};

}  // namespace weir::databricks
