#include "databricks/executor/session.h"

#include <utility>

#include "base/check.h"

namespace weir::databricks {
namespace {

constexpr double poll_growth = 1.3;
constexpr double resend_growth = 2;
constexpr double throttle_growth = 2;
constexpr int too_many_requests = 429;

}  // namespace

Session::Session(Loop& loop, net::HttpClient& http, ConnectionProvider provider, const Clock& clock,
                 Timing timing)
    : loop_(loop),
      http_(http),
      provider_(std::move(provider)),
      clock_(clock),
      timing_(timing),
      budget_(loop),
      throttled_(timing.resend_first, timing.resend_max, throttle_growth, 1),
      watch_(*this) {}

Result<Connection> Session::connect() {
  if (client_) return client_->connection();
  asked_at_ = clock_.now();
  auto connection = provider_();
  if (!connection) return connection;
  use(*connection);
  return connection;
}

void Session::use(const Connection& connection) {
  client_.emplace(connection, http_, clock_);
  double suitable = is_local() ? timing_.loopback_calls_per_second : timing_.calls_per_second;
  budget_.set_rate(connection.calls_per_second > 0 ? connection.calls_per_second : suitable);
}

void Session::call(ApiRequest request, std::function<void(Answer)> done) {
  auto urgency = request.method == "GET" ? Urgency::fetch : Urgency::act;
  call(std::move(request), std::move(done), urgency);
}

void Session::call(ApiRequest request, std::function<void(Answer)> done, Urgency urgency) {
  WEIR_CHECK(client_.has_value(), "connect() comes before call()");
  budget_.spend(urgency, [this, request = std::move(request), done = std::move(done)]() mutable {
    send(request, std::move(done));
  });
}

void Session::send(const ApiRequest& request, std::function<void(Answer)> done) {
  if (doubtful_ && clock_.now() - asked_at_ >= timing_.reconnect) reconnect();
  client_->call(request, [this, done = std::move(done)](Answer answer) {
    loop_.post([this, done, answer = std::move(answer)]() mutable {
      note(answer);
      budget_.answered();
      done(std::move(answer));
    });
  });
}

bool Session::is_local() const { return client_ && is_loopback(client_->connection().host); }

Pace Session::poll_pace(std::uint64_t seed) const {
  if (is_local()) return {timing_.loopback_poll_first, timing_.loopback_poll_max, poll_growth, seed};
  return {timing_.poll_first, timing_.poll_max, poll_growth, seed};
}

Pace Session::resend_pace(std::uint64_t seed) const {
  return {timing_.resend_first, timing_.resend_max, resend_growth, seed};
}

/// A workspace that says "too many requests", or "later" and when, is left alone by everybody until then.
void Session::note(const Answer& answer) {
  if (answer) return throttled_.restart();
  const auto& error = answer.error();
  if (error.retry_after && error.is_transient())
    budget_.hold(*error.retry_after);
  else if (error.status == too_many_requests && !budget_.is_held())  // of many at once the first counts
    budget_.hold(throttled_.next());
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
  if (moved) use(*connection);
}

}  // namespace weir::databricks
