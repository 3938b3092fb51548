// What is made durable before a run is started: enough to send exactly the same again after a crash, and to
// see whether the run that answers is the one that was meant.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "databricks/client/api_call.h"

namespace weir::databricks {

struct Intent {
  std::string connection{};  ///< its name
  std::string host{};
  std::string path{};  ///< of the endpoint
  json body{};         ///< frozen: every resend has this body and so the same token
  Instant at{};        ///< when it was made, before anything was sent

  ApiRequest request() const;
};

json to_json(const Intent& intent);
std::optional<Intent> intent_from(const json& value);  ///< nullopt for anything to_json did not make

/// Why `run`, which answers to the intent's token, cannot have been started by it: it is older, or of another
/// job, or has another name. nullopt when all looks right.
std::optional<std::string> why_foreign(const json& run, const Intent& intent);

}  // namespace weir::databricks
