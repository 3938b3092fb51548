#include "workspace/jobs/runner/notifier.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include <fmt/format.h>

#include "databricks/wire/base64.h"
#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

constexpr std::int64_t attempts_max = 5;
constexpr std::int64_t delay_ms_first = 1'000;  ///< doubled with each attempt
constexpr auto answer_timeout = std::chrono::seconds(10);

net::HttpRequest request_to(const json& webhook, const std::string& body) {
  net::HttpRequest request{.method = "POST",
                           .url = string_or(webhook, "url", ""),
                           .headers = {{"Content-Type", "application/json"}},
                           .body = body,
                           .timeout = answer_timeout};
  std::string user = string_or(webhook, "username", "");
  std::string password = string_or(webhook, "password", "");
  if (!user.empty() || !password.empty())
    request.headers.emplace_back("Authorization",
                                 "Basic " + databricks::encode_base64(user + ":" + password));
  return request;
}

}  // namespace

Notifier::Notifier(Loop& loop, Notices& notices, DestinationStore destinations)
    : loop_(loop), notices_(notices), destinations_(std::move(destinations)) {}

Notifier::~Notifier() {
  if (timer_) loop_.cancel_timer(*timer_);
}

void Notifier::wake() {
  say_if_failed(send_due());
  say_if_failed(arm());
}

Result<void> Notifier::send_due() {
  auto due = notices_.due(now_ms());
  if (!due) return std::unexpected(due.error());
  for (const Notice& notice : *due)
    if (!contains(going_, notice.notice_id))
      if (auto sent = send(notice); !sent) return sent;
  return {};
}

Result<void> Notifier::send(const Notice& notice) {
  auto destination = destinations_.find(notice.destination_id);
  if (!destination) return std::unexpected(destination.error());
  if (!*destination) return notices_.close(notice, "failed");
  const json* webhook = (*destination)->config.if_contains("generic_webhook");
  if (!webhook) return notices_.close(notice, "kept");
  going_.push_back(notice.notice_id);
  client_.send(request_to(*webhook, notice.body),
               [this, notice, alive = std::weak_ptr(alive_)](Result<net::HttpResponse> response) {
                 loop_.post([this, notice, alive, response = std::move(response)] {
                   if (!alive.expired()) answered(notice, response);
                 });
               });
  return {};
}

void Notifier::answered(const Notice& notice, const Result<net::HttpResponse>& response) {
  std::erase(going_, notice.notice_id);
  bool is_taken = response && response->status >= 200 && response->status < 300;
  bool is_last = notice.attempts + 1 >= attempts_max;
  if (is_taken) {
    say_if_failed(notices_.close(notice, "sent"));
  } else if (is_last) {
    std::string why = response ? fmt::format("HTTP status {}", response->status) : response.error().message;
    fmt::print(stderr, "workspace: notification destination {} did not take a notice: {}\n",
               notice.destination_id, why);
    say_if_failed(notices_.close(notice, "failed"));
  } else {
    say_if_failed(notices_.postpone(notice, now_ms() + (delay_ms_first << notice.attempts)));
  }
  say_if_failed(arm());
}

Result<void> Notifier::arm() {
  if (timer_) loop_.cancel_timer(*timer_);
  timer_.reset();
  auto next = notices_.next_due_ms();
  if (!next) return std::unexpected(next.error());
  if (!*next || !going_.empty()) return {};  // an answer comes first, and arms again
  auto wait = std::chrono::milliseconds(std::max<std::int64_t>(0, **next - now_ms()));
  timer_ = loop_.after(wait, [this] {
    timer_.reset();
    wake();
  });
  return {};
}

void Notifier::say_if_failed(const Result<void>& done) const {
  if (!done) fmt::print(stderr, "workspace: notices: {}\n", to_text(done.error()));
}

}  // namespace weir::workspace
