#include "loop/asio_loop.h"

#include <unordered_map>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <poll.h>

#include "base/check.h"

namespace weir {
namespace {

namespace asio = boost::asio;

struct Timer {
  asio::steady_timer clock;
  std::function<void()> work;
};

struct Watch {
  using For = asio::posix::stream_descriptor::wait_type;

  asio::posix::stream_descriptor descriptor;
  For what;
  std::function<void()> ready;

  Watch(asio::io_context& context, int fd, For watched_for, std::function<void()> when_ready)
      : descriptor(context), what(watched_for), ready(std::move(when_ready)) {
    boost::system::error_code error;
    descriptor.assign(fd, error);
    WEIR_CHECK(!error, "a watched descriptor is open, can be polled and has no other watch");
  }
  ~Watch() { descriptor.release(); }  // the descriptor is the caller's to close

  /// Asio tells a watch also of what the system reported, in the same turn, of a descriptor whose watch has ended
  /// meanwhile: the two may have got the same place in its tables.
  bool is_due() {
    const bool reads = what == asio::posix::stream_descriptor::wait_read;
    pollfd state{descriptor.native_handle(), static_cast<short>(reads ? POLLIN : POLLOUT), 0};
    return ::poll(&state, 1, 0) > 0;
  }
  Watch(const Watch&) = delete;
};

/// Asio's handlers carry only an id: what was cancelled is no longer in the table and does nothing, even when
/// its handler was already under way.
class AsioLoop final : public Loop {
 public:
  ~AsioLoop() override {
    // What is dropped here may call this loop while it dies; by then nothing new is taken.
    closing_ = true;
    std::exchange(timers_, {}).clear();
    std::exchange(watches_, {}).clear();
  }

  void post(std::function<void()> work) override {
    if (!closing_) asio::post(context_, std::move(work));
  }

  TimerId after(Duration delay, std::function<void()> work) override {
    TimerId id = ++last_id_;
    if (closing_) return id;
    auto& timer =
        timers_.emplace(id, Timer{asio::steady_timer(context_, delay), std::move(work)}).first->second;
    timer.clock.async_wait([this, id](boost::system::error_code) { fire(id); });
    return id;
  }

  void cancel_timer(TimerId timer) override {
    auto dropped = timers_.extract(timer);  // dies after the table is whole again
  }

  WatchId watch_readable(int fd, std::function<void()> ready) override {
    return watch(fd, asio::posix::stream_descriptor::wait_read, std::move(ready));
  }

  WatchId watch_writable(int fd, std::function<void()> ready) override {
    return watch(fd, asio::posix::stream_descriptor::wait_write, std::move(ready));
  }

  void unwatch(WatchId watch) override {
    auto found = watches_.find(watch);
    if (found == watches_.end()) return;
    auto dropped = std::move(found->second);
    watches_.erase(found);
    dropped->descriptor.release();  // at once, even when its own callback is running and keeps it alive
  }

  void run() noexcept override {
    auto until_stopped = asio::make_work_guard(context_);
    context_.run();
    until_stopped.reset();  // before restart: the last piece of work to go stops the context again
    context_.restart();
  }

  void stop() override { context_.stop(); }

  asio::io_context& context() { return context_; }

 private:
  WatchId watch(int fd, Watch::For what, std::function<void()> ready) {
    WatchId id = ++last_id_;
    if (closing_) return id;
    watches_.emplace(id, std::make_shared<Watch>(context_, fd, what, std::move(ready)));
    wait_on(id);
    return id;
  }

  void fire(TimerId id) {
    auto fired = timers_.extract(id);
    if (!fired.empty()) fired.mapped().work();
  }

  void wait_on(WatchId id) {
    auto& watch = *watches_.at(id);
    watch.descriptor.async_wait(watch.what, [this, id](boost::system::error_code error) { wake(id, error); });
  }

  void wake(WatchId id, boost::system::error_code error) {
    auto found = watches_.find(id);
    if (found == watches_.end()) return;
    WEIR_CHECK(!error, "a watched descriptor can be polled");
    auto watch = found->second;
    if (watch->is_due()) watch->ready();
    if (watches_.contains(id)) wait_on(id);
  }

  std::unordered_map<TimerId, Timer> timers_;
  std::unordered_map<WatchId, std::shared_ptr<Watch>> watches_;
  std::uint64_t last_id_ = 0;
  bool closing_ = false;
  asio::io_context context_{1};  // last, so that posted work which dies with it still finds the members above
};

}  // namespace

std::unique_ptr<Loop> make_loop() { return std::make_unique<AsioLoop>(); }

asio::io_context& io_context_of(Loop& loop) {
  auto* made_here = dynamic_cast<AsioLoop*>(&loop);
  WEIR_CHECK(made_here, "the loop comes from make_loop()");
  return made_here->context();
}

}  // namespace weir
