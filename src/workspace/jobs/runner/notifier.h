// Sends notices to where they are to go: webhooks get them as JSON by POST, other destinations are kept and get nothing.
#pragma once

#include <memory>
#include <optional>

#include "base/clock.h"
#include "loop/loop.h"
#include "net/http_client.h"
#include "workspace/jobs/settings/notices.h"
#include "workspace/notifications/destination.h"

namespace weir::workspace {

/// At least once: a notice that was sent when the server was killed is sent again. Loop thread only.
class Notifier {
 public:
  Notifier(Loop& loop, Notices& notices, DestinationStore destinations);
  ~Notifier();

  /// There may be something to send. Also at the start of a server.
  void wake();

 private:
  Result<void> send_due();
  Result<void> send(const Notice& notice);
  void answered(const Notice& notice, const Result<net::HttpResponse>& response);
  Result<void> arm();
  void say_if_failed(const Result<void>& done) const;
  std::int64_t now_ms() const { return to_millis(clock_.now()); }

  Loop& loop_;
  Notices& notices_;
  DestinationStore destinations_;
  SystemClock clock_;
  std::optional<Loop::TimerId> timer_{};
  std::vector<std::int64_t> going_{};  ///< notices on the wire
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  net::HttpClient client_;  ///< last: its end is the first
};

}  // namespace weir::workspace
