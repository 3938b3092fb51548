#include "databricks/client/refreshing_token.h"

#include <algorithm>
#include <utility>

namespace weir::databricks {

bool RefreshingToken::is_usable(Instant now) const {
  return token_ && now < token_->expires_at - token_margin;
}

bool RefreshingToken::is_due(Instant now) const {
  Duration half_life = (token_->expires_at - token_->fetched_at) / 2;
  return now >= token_->expires_at - std::min<Duration>(token_ahead, half_life) && now >= quiet_until_;
}

void RefreshingToken::get(Done done) {
  std::unique_lock lock(mutex_);
  auto now = clock_.now();
  bool usable = is_usable(now);
  bool start = !fetching_ && (!usable || is_due(now));
  if (start) fetching_ = true;
  if (!usable) waiting_.push_back(std::move(done));
  auto token = usable ? token_ : std::nullopt;
  lock.unlock();
  if (start) fetch();
  if (token) done(std::move(*token));
}

void RefreshingToken::refuse(const Credential& token) {
  std::scoped_lock lock(mutex_);
  if (token_ && token_->value == token) token_.reset();
}

void RefreshingToken::fetch() {
  fetch_([self = shared_from_this()](Fetched fetched) { self->take(std::move(fetched)); });
}

void RefreshingToken::take(Fetched fetched) {
  std::unique_lock lock(mutex_);
  fetching_ = false;
  if (fetched) {
    token_ = *fetched;
  } else {
    quiet_until_ = clock_.now() + token_retry;
  }
  auto waiting = std::exchange(waiting_, {});
  lock.unlock();
  for (auto& done : waiting) done(fetched);
}

}  // namespace weir::databricks
