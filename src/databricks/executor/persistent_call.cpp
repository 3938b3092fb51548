#include "databricks/executor/persistent_call.h"

#include <algorithm>
#include <utility>

namespace weir::databricks {
namespace {

constexpr double growth = 2;

struct PersistentCall : std::enable_shared_from_this<PersistentCall> {
  Session& session;
  ApiRequest request;
  std::weak_ptr<void> owner;
  std::function<bool(const CallError&)> again;
  std::function<void(Answer)> done;
  Pace pace;

  PersistentCall(Session& with, ApiRequest what, std::weak_ptr<void> whose,
                 std::function<bool(const CallError&)> more, std::function<void(Answer)> then)
      : session(with),
        request(std::move(what)),
        owner(std::move(whose)),
        again(std::move(more)),
        done(std::move(then)),
        pace(with.timing().resend_first, with.timing().resend_max, growth,
             static_cast<std::uint64_t>(with.now().time_since_epoch().count())) {}

  void send() {
    if (owner.expired()) return;
    session.call(request, [self = shared_from_this()](Answer answer) { self->on_answer(std::move(answer)); });
  }

  void on_answer(Answer answer) {
    auto alive = owner.lock();
    if (!alive) return;
    if (answer || !again(answer.error())) return done(std::move(answer));
    auto delay = std::max(pace.next(), answer.error().retry_after.value_or(Duration{0}));
    session.loop().after(delay, [self = shared_from_this()] { self->send(); });
  }
};

}  // namespace

void call_until_settled(Session& session, ApiRequest request, std::weak_ptr<void> owner,
                        std::function<bool(const CallError&)> again, std::function<void(Answer)> done) {
  std::make_shared<PersistentCall>(session, std::move(request), std::move(owner), std::move(again),
                                   std::move(done))
      ->send();
}

}  // namespace weir::databricks
