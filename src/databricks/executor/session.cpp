#include "databricks/executor/session.h"

#include <utility>

#include "base/check.h"

namespace weir::databricks {

Session::Session(Loop& loop, net::HttpClient& http, ConnectionProvider provider, const Clock& clock,
                 Timing timing)
    : loop_(loop), http_(http), provider_(std::move(provider)), clock_(clock), timing_(timing) {}

Result<Connection> Session::connect() {
  if (client_) return client_->connection();
  asked_at_ = clock_.now();
  auto connection = provider_();
  if (connection) client_.emplace(*connection, http_, clock_);
  return connection;
}

void Session::call(const ApiRequest& request, std::function<void(Answer)> done) {
  if (doubtful_ && clock_.now() - asked_at_ >= timing_.reconnect) reconnect();
  WEIR_CHECK(client_.has_value(), "connect() comes before call()");
  client_->call(request, [this, done = std::move(done)](Answer answer) {
    loop_.post([this, done, answer = std::move(answer)]() mutable {
      if (!answer) note_trouble(answer.error());
      done(std::move(answer));
    });
  });
}

bool Session::is_local() const { return client_ && is_loopback(client_->connection().host); }

Duration Session::poll_interval_min() const {
  double rate = is_local() ? timing_.loopback_polls_per_second_max : timing_.polls_per_second_max;
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(watched_ / rate));
}

void Session::note_trouble(const CallError& error) {
  bool moved = !error.has_answer() && client_->connection().name == embedded_connection;
  if (moved || error.error.code == Code::unauthenticated) doubtful_ = true;
}

/// Another place is no replacement: attempts were promised to the first one.
void Session::reconnect() {
  asked_at_ = clock_.now();
  doubtful_ = false;
  auto connection = provider_();
  const auto& old = client_->connection();
  bool moved = connection && *connection != old && is_same_place(old.name, old.host, *connection);
  if (moved) client_.emplace(*connection, http_, clock_);
}

}  // namespace weir::databricks
