#include "workers/function_executor.h"

#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include <cxxabi.h>
#include <fmt/format.h>

namespace weir::workers {
namespace {

using runtime::Attempt;
using runtime::AttemptId;
using runtime::Failure;
using runtime::Reports;

struct Job {
  Attempt attempt;
  Reports& reports;
  std::shared_ptr<const FunctionBody> body;  ///< null until it is registered
  std::stop_source stop{};
  bool is_running = false;
};

std::string type_of(const std::exception& error) {
  const char* mangled = typeid(error).name();
  std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(mangled, nullptr, nullptr, nullptr),
                                              std::free);
  return name ? name.get() : mangled;
}

/// Users' code may throw anything.
FunctionOutcome call(const Job& job) {
  FunctionContext context{.stop = job.stop.get_token(),
                          .log = [&job](runtime::Level level, std::string line) {
                            job.reports.log(job.attempt.id, level, std::move(line));
                          }};
  try {
    return (*job.body)(job.attempt, context);
  } catch (const std::exception& error) {
    return std::unexpected(Failure{.message = fmt::format("{}: {}", type_of(error), error.what())});
  } catch (...) {
    return std::unexpected(Failure{.message = "an exception that is no std::exception was thrown"});
  }
}

class Pool final : public FunctionExecutor {
 public:
  explicit Pool(FunctionOptions options) : options_(options) {}

  ~Pool() override {
    std::unique_lock lock(mutex_);
    closing_ = true;
    const auto jobs = std::exchange(jobs_, {});
    lock.unlock();
    for (auto& [id, job] : jobs) job->stop.request_stop();
    work_.notify_all();
    for (auto& thread : threads_) thread.join();
  }

  std::vector<core::Kind> kinds() const override {
    return {{.name = "cpp", .summary = "Calls a C++ function of this program", .open = true}};
  }

  void register_body(std::uint32_t run, std::string key, FunctionBody body) override {
    std::lock_guard lock(mutex_);
    auto& registered = bodies_[run][key];
    registered = std::make_shared<const FunctionBody>(std::move(body));
    for (auto& [id, job] : jobs_) {
      if (id.run != run || job->body || job->attempt.task != key) continue;
      job->body = registered;
      enqueue(job);
    }
  }

  void complete_run(std::uint32_t run) override {
    std::unique_lock lock(mutex_);
    complete_.insert(run);
    std::vector<std::shared_ptr<Job>> orphans;
    for (auto& [id, job] : jobs_) {
      if (id.run == run && !job->body) orphans.push_back(job);
    }
    for (const auto& orphan : orphans) jobs_.erase(orphan->attempt.id);
    lock.unlock();
    for (const auto& orphan : orphans) report_missing(orphan->attempt, orphan->reports);
  }

  void start(Attempt attempt, Reports& reports) override {
    std::unique_lock lock(mutex_);
    auto body = find_body(attempt);
    if (!body && complete_.contains(attempt.id.run)) {
      lock.unlock();
      return report_missing(attempt, reports);
    }
    const AttemptId id = attempt.id;
    auto job = std::make_shared<Job>(
        Job{.attempt = std::move(attempt), .reports = reports, .body = std::move(body)});
    jobs_.emplace(id, job);
    if (job->body) enqueue(std::move(job));
  }

  void cancel(AttemptId attempt) override {
    std::unique_lock lock(mutex_);
    auto found = jobs_.extract(attempt);
    if (found.empty()) return;
    auto job = found.mapped();
    if (job->is_running) {
      ++stubborn_;
      add_thread_if_needed();
    } else {
      std::erase(queue_, job);
    }
    lock.unlock();
    job->stop.request_stop();
    job->reports.cancelled(attempt);
  }

  void run_ended(std::uint32_t run) override {
    std::unique_lock lock(mutex_);
    complete_.erase(run);
    auto forgotten = bodies_.extract(run);
    lock.unlock();  // what the functions hold dies outside
  }

 private:
  std::shared_ptr<const FunctionBody> find_body(const Attempt& attempt) const {
    auto run = bodies_.find(attempt.id.run);
    if (run == bodies_.end()) return nullptr;
    auto body = run->second.find(attempt.task);
    return body == run->second.end() ? nullptr : body->second;
  }

  static void report_missing(const Attempt& attempt, Reports& reports) {
    auto message = fmt::format("the flow has no task '{}' any more", attempt.task);
    reports.failed(attempt.id, {.message = std::move(message), .retryable = false});
  }

  void enqueue(std::shared_ptr<Job> job) {
    queue_.push_back(std::move(job));
    add_thread_if_needed();
    work_.notify_one();
  }

  void add_thread_if_needed() {
    if (queue_.size() <= idle_ || live_ - stubborn_ >= options_.threads_max) return;
    ++live_;
    threads_.emplace_back([this] { work(); });
  }

  void work() {
    std::unique_lock lock(mutex_);
    while (auto job = next(lock)) {
      job->is_running = true;
      lock.unlock();
      auto outcome = call(*job);
      finish(*job, std::move(outcome));
      job.reset();
      lock.lock();
    }
    --live_;
  }

  /// Waits for a job; null when this thread is to end.
  std::shared_ptr<Job> next(std::unique_lock<std::mutex>& lock) {
    ++idle_;
    work_.wait(lock, [this] { return closing_ || is_surplus() || !queue_.empty(); });
    --idle_;
    if (closing_ || is_surplus()) return nullptr;
    auto job = std::move(queue_.front());
    queue_.pop_front();
    return job;
  }

  /// A thread that was added for a stubborn body is one too many when that body has returned after all.
  bool is_surplus() const { return live_ - stubborn_ > options_.threads_max; }

  void finish(const Job& job, FunctionOutcome outcome) {
    {
      std::lock_guard lock(mutex_);
      if (closing_) return;
      if (jobs_.erase(job.attempt.id) == 0) {
        --stubborn_;
        return;
      }
    }
    if (outcome) return job.reports.succeeded(job.attempt.id, std::move(*outcome));
    job.reports.failed(job.attempt.id, std::move(outcome.error()));
  }

  const FunctionOptions options_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::map<std::uint32_t, std::map<std::string, std::shared_ptr<const FunctionBody>>> bodies_;
  std::set<std::uint32_t> complete_;
  std::map<AttemptId, std::shared_ptr<Job>> jobs_;  ///< that owe a report
  std::deque<std::shared_ptr<Job>> queue_;
  std::vector<std::thread> threads_;
  std::size_t live_ = 0;
  std::size_t idle_ = 0;
  std::size_t stubborn_ = 0;  ///< bodies that run on although they were cancelled
  bool closing_ = false;
};

}  // namespace

std::unique_ptr<FunctionExecutor> make_function_executor(FunctionOptions options) {
  return std::make_unique<Pool>(options);
}

}  // namespace weir::workers
