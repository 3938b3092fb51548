// An access token that is fresh whenever it is asked for: fetched when it is first needed, fetched again well
// before it expires while the old one is still in use, and by one caller for all.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "databricks/client/api_call.h"
#include "databricks/client/credential.h"

namespace weir::databricks {

struct AccessToken {
  Credential value{};
  Instant fetched_at{};
  Instant expires_at{};
};

/// From so long before its end a token is not used any more: it must live through the request.
constexpr std::chrono::seconds token_margin{40};
/// From so long before its end, or from the middle of its life if that is later, the next one is fetched.
constexpr std::chrono::minutes token_ahead{20};
/// After a failure to fetch one ahead of time, the next try waits so long.
constexpr std::chrono::minutes token_retry{1};

/// Thread-safe. Kept alive by a fetch under way.
class RefreshingToken : public std::enable_shared_from_this<RefreshingToken> {
 public:
  using Fetched = std::expected<AccessToken, CallError>;
  using Done = std::function<void(Fetched)>;
  using Fetch = std::function<void(Done)>;  ///< calls what it is given exactly once, on any thread

  /// `clock` must outlive it.
  RefreshingToken(Fetch fetch, const Clock& clock) : fetch_(std::move(fetch)), clock_(clock) {}

  /// `done` is called at once while there is a token to use, else when one was fetched or could not be.
  void get(Done done);

  /// The service refused it: the next get() fetches another. Nothing happens when it is not the current one any
  /// more, so that many requests refused at the same time lead to one fetch.
  void refuse(const Credential& token);

 private:
  bool is_usable(Instant now) const;
  bool is_due(Instant now) const;
  void fetch();
  void take(Fetched fetched);

  const Fetch fetch_;
  const Clock& clock_;
  std::mutex mutex_{};
  std::optional<AccessToken> token_{};
  std::vector<Done> waiting_{};
  bool fetching_ = false;
  Instant quiet_until_{};
};

}  // namespace weir::databricks
