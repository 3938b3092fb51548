// Libraries of clusters, for callers that may block. A library is an object with one key: {"pypi": {"package": …}}.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "databricks/client/patient_client.h"

namespace weir::databricks {

/// A library as people write it: "pypi:simplejson==3.8.0", "maven:org:name:1.0", "cran:ada", or the place of a .whl,
/// .jar, .egg or requirements.txt. Code::invalid names the nearest kind.
Result<json> library_from(std::string_view text);

/// The same the other way round.
std::string text_of_library(const json& library);

/// `client` must outlive it.
class Libraries {
 public:
  explicit Libraries(const PatientClient& client) : client_(client) {}

  Result<void> install(std::string_view cluster_id, json libraries) const;    ///< asks for it; see status
  Result<void> uninstall(std::string_view cluster_id, json libraries) const;  ///< in effect after a restart

  /// One object for each library: {"library", "status": "INSTALLED", …, "messages"}.
  Result<std::vector<json>> status(std::string_view cluster_id) const;

 private:
  const PatientClient& client_;
};

}  // namespace weir::databricks
