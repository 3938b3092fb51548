#include "workers/sleep_executor.h"

#include <map>

#include <fmt/format.h>

#include "base/duration.h"
#include "workers/loop_thread.h"

namespace weir::workers {
namespace {

using runtime::AttemptId;

const core::Kind& sleep_kind() {
  static const core::Kind kind{
      .name = "sleep",
      .summary = "Waits",
      .fields = {{"duration", core::FieldType::any, true, "for example 500ms, 10s, 1h30m, or seconds"}},
      .shorthand = "duration"};
  return kind;
}

Result<Duration> read_duration(json inputs) {
  if (auto problem = core::check_inputs(sleep_kind(), inputs)) return std::unexpected(problem->error);
  const json& duration = *find(inputs, "duration");
  if (duration.is_string()) return parse_duration(std::string_view(duration.get_string()));
  if (duration.is_number()) return parse_duration(fmt::format("{}", duration.to_number<double>()));
  return fail(Code::invalid, fmt::format("duration is {}", core::type_phrase(duration)),
              "write for example 500ms or 10s");
}

class SleepExecutor final : public runtime::Executor {
 public:
  ~SleepExecutor() override {
    thread_.finish([] {});
  }

  std::vector<core::Kind> kinds() const override { return {sleep_kind()}; }

  void start(runtime::Attempt attempt, runtime::Reports& reports) override {
    auto duration = read_duration(std::move(attempt.inputs));
    if (!duration) {
      return reports.failed(attempt.id, {.message = to_text(duration.error()), .retryable = false});
    }
    thread_.loop().post([this, id = attempt.id, wait = *duration, &reports] {
      auto timer = thread_.loop().after(wait, [this, id, &reports] {
        sleeping_.erase(id);
        reports.succeeded(id, nullptr);
      });
      sleeping_.emplace(id, Sleeper{timer, &reports});
    });
  }

  void cancel(AttemptId attempt) override {
    thread_.loop().post([this, attempt] {
      auto woken = sleeping_.extract(attempt);
      if (woken.empty()) return;
      thread_.loop().cancel_timer(woken.mapped().timer);
      woken.mapped().reports->cancelled(attempt);
    });
  }

 private:
  struct Sleeper {
    Loop::TimerId timer;
    runtime::Reports* reports;
  };
  std::map<AttemptId, Sleeper> sleeping_;  ///< loop thread
  LoopThread thread_;
};

}  // namespace

std::unique_ptr<runtime::Executor> make_sleep_executor() { return std::make_unique<SleepExecutor>(); }

}  // namespace weir::workers
