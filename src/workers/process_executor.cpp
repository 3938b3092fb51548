#include "workers/process_executor.h"

#include <map>

#include <fmt/format.h>

#include "base/utf8.h"
#include "process/child.h"
#include "workers/loop_thread.h"
#include "workers/process_inputs.h"
#include "workers/process_result.h"

namespace weir::workers {
namespace {

using process::Stream;
using runtime::AttemptId;
using runtime::Level;

constexpr Duration cancel_grace = std::chrono::seconds{5};
constexpr Duration predecessor_pause = std::chrono::milliseconds{5};  ///< between two looks for a predecessor

/// An attempt whose predecessor is still dying.
struct Waiting {
  Loop::TimerId timer = 0;
  runtime::Reports& reports;
};

/// An attempt under way; belongs to the loop's thread.
struct Running {
  AttemptId id;
  runtime::Reports& reports;
  OutputForm form;
  std::optional<int> skip_exit_code;
  KeptEnd out;
  KeptEnd err{stderr_bytes_max};
  bool is_cancelled = false;
  std::unique_ptr<process::Child> child{};

  void report(const process::Exit& exit) {
    if (is_cancelled) return reports.cancelled(id);
    if (exit.signal == 0 && skip_exit_code == exit.code) {
      return reports.skipped(id, fmt::format("exited with code {}", exit.code));
    }
    if (form == OutputForm::text && !out.is_whole()) {
      reports.log(id, Level::warning, "standard output is long: the result holds only its last 1 MiB");
    }
    auto result = result_of(exit, form, out, err);
    if (result) return reports.succeeded(id, std::move(*result));
    reports.failed(id, std::move(result.error()));
  }
};

class ProcessExecutor final : public runtime::Executor {
 public:
  explicit ProcessExecutor(ProcessOptions options) : options_(options) {}

  ~ProcessExecutor() override {
    thread_.finish([this] {
      for (const auto& [id, waiting] : waiting_) thread_.loop().cancel_timer(waiting.timer);
      running_.clear();
    });
  }

  std::vector<core::Kind> kinds() const override { return {process_kind()}; }

  std::optional<std::size_t> capacity() const override { return options_.processes_max; }

  void start(runtime::Attempt attempt, runtime::Reports& reports) override {
    thread_.loop().post([this, attempt = std::move(attempt), &reports] { launch_alone(attempt, reports); });
  }

  void cancel(AttemptId attempt) override {
    thread_.loop().post([this, attempt] {
      if (auto waiting = waiting_.extract(attempt)) {
        thread_.loop().cancel_timer(waiting.mapped().timer);
        return waiting.mapped().reports.cancelled(attempt);
      }
      auto found = running_.find(attempt);
      if (found == running_.end()) return;
      found->second->is_cancelled = true;
      found->second->child->terminate(cancel_grace);
    });
  }

 private:
  /// When weir was killed and the run was resumed at once, the processes of the attempt before may still be about to
  /// die: two attempts of a task are never alive together.
  void launch_alone(const runtime::Attempt& attempt, runtime::Reports& reports) {
    waiting_.erase(attempt.id);
    if (attempt.id.number == 1 || !process::is_still_ending(attempt.run_id)) return launch(attempt, reports);
    auto timer = thread_.loop().after(predecessor_pause,
                                      [this, attempt, &reports] { launch_alone(attempt, reports); });
    waiting_.emplace(attempt.id, Waiting{timer, reports});
  }

  void launch(const runtime::Attempt& attempt, runtime::Reports& reports) {
    auto inputs = read_process_inputs(attempt);
    if (!inputs) return reports.failed(attempt.id, failure_to_start(inputs.error()));
    auto kept_max = inputs->output == OutputForm::json ? json_bytes_max : stdout_bytes_max;
    auto running = std::make_unique<Running>(Running{.id = attempt.id,
                                                     .reports = reports,
                                                     .form = inputs->output,
                                                     .skip_exit_code = inputs->skip_exit_code,
                                                     .out = KeptEnd(kept_max)});
    auto child = process::Child::start(thread_.loop(), inputs->command, events_for(*running));
    if (!child) return reports.failed(attempt.id, failure_to_start(child.error()));
    running->child = std::move(*child);
    running_.emplace(attempt.id, std::move(running));
  }

  process::ChildEvents events_for(Running& running) {
    return {.on_line =
                [&running](Stream stream, std::string_view line) {
                  auto level = stream == Stream::out ? Level::info : Level::warning;
                  running.reports.log(running.id, level, to_utf8(line));
                },
            .on_bytes =
                [&running](Stream stream, std::string_view bytes) {
                  (stream == Stream::out ? running.out : running.err).append(bytes);
                },
            .on_exit =
                [this, id = running.id](const process::Exit& exit) {
                  auto ended = running_.extract(id);
                  ended.mapped()->report(exit);
                }};
  }

  const ProcessOptions options_;
  std::map<AttemptId, std::unique_ptr<Running>> running_;
  std::map<AttemptId, Waiting> waiting_;
  LoopThread thread_;
};

}  // namespace

std::unique_ptr<runtime::Executor> make_process_executor(ProcessOptions options) {
  return std::make_unique<ProcessExecutor>(options);
}

}  // namespace weir::workers
