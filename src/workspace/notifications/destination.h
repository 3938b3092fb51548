// Notification destinations: where jobs tell what becomes of their runs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "workspace/home/state.h"
#include "workspace/rest/answer.h"
#include "workspace/secrets/secret_store.h"

namespace weir::workspace {

struct Destination {
  std::string id{};  ///< a UUID
  std::string name{};
  std::string type{};   ///< "WEBHOOK", "SLACK" …
  JsonObject config{};  ///< {"generic_webhook": {"url": …}}, with its secrets
};

/// `config` of a request: exactly one of the nested configurations, with what it needs. Gives the type.
Answer<std::string> type_of_destination(const JsonObject& config);

/// As answers show one: instead of addresses and passwords, that they are set.
JsonObject show_destination(const Destination& destination);

/// Configurations are kept encrypted: an address of a webhook is as good as a password.
class DestinationStore {
 public:
  DestinationStore(State& state, SecretStore& secrets) : state_(state), secrets_(secrets) {}

  Result<void> put(const Destination& destination, std::int64_t now_ms);
  Result<bool> remove(std::string_view id);  ///< false when it was not there
  Result<std::optional<Destination>> find(std::string_view id);
  Result<std::vector<Destination>> list(std::string_view above_id,
                                        std::int64_t limit);  ///< by id, without config

 private:
  State& state_;
  SecretStore& secrets_;
};

}  // namespace weir::workspace
