#include "workers/function_executor.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>
#include <utility>

#include <cxxabi.h>
#include <fmt/format.h>

#include "workers/pace.h"

namespace weir::workers {
namespace {

using runtime::Attempt;
using runtime::AttemptId;
using runtime::Failure;
using runtime::Reports;

struct Function {
  FunctionBody body;
  CacheKeyFunction cache_key;
};

struct Job {
  Attempt attempt;
  Reports& reports;
  std::shared_ptr<const Function> function;  ///< null until it is registered
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
    return job.function->body(job.attempt, context);
  } catch (const std::exception& error) {
    return std::unexpected(Failure{.message = fmt::format("{}: {}", type_of(error), error.what())});
  } catch (...) {
    return std::unexpected(Failure{.message = "an exception that is no std::exception was thrown"});
  }
}

/// An element of a mapped task, "clean[17]", is run by the function of the task.
std::string function_key(const std::string& task) { return task.substr(0, task.find('[')); }

class Pool final : public FunctionExecutor {
 public:
  explicit Pool(FunctionOptions options) : options_(options), capacity_(options.threads_max) {}

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

  std::optional<std::size_t> capacity() const override { return capacity_; }

  std::optional<std::string> cache_key(std::uint32_t run, const std::string& task,
                                       const json& inputs) override {
    std::unique_lock lock(mutex_);
    auto function = find(run, task);
    lock.unlock();
    if (!function || !function->cache_key) return std::nullopt;
    try {
      return function->cache_key(inputs);
    } catch (...) {
      return std::nullopt;
    }
  }

  void register_body(std::uint32_t run, std::string key, FunctionBody body,
                     CacheKeyFunction cache_key) override {
    auto function = std::make_shared<const Function>(Function{std::move(body), std::move(cache_key)});
    std::lock_guard lock(mutex_);
    functions_[run][key] = function;
    if (orphans_ == 0) return;
    for (auto& [id, job] : jobs_) {
      if (id.run != run || job->function || function_key(job->attempt.task) != key) continue;
      job->function = function;
      --orphans_;
      enqueue(job);
    }
    update_capacity();
  }

  void complete_run(std::uint32_t run) override {
    std::unique_lock lock(mutex_);
    complete_.insert(run);
    std::vector<std::shared_ptr<Job>> orphans;
    for (auto& [id, job] : jobs_) {
      if (id.run == run && !job->function) orphans.push_back(job);
    }
    for (const auto& orphan : orphans) forget(jobs_.find(orphan->attempt.id));
    lock.unlock();
    for (const auto& orphan : orphans) report_missing(orphan->attempt, orphan->reports);
  }

  void start(Attempt attempt, Reports& reports) override {
    std::unique_lock lock(mutex_);
    auto function = find(attempt.id.run, attempt.task);
    if (!function && complete_.contains(attempt.id.run)) {
      lock.unlock();
      return report_missing(attempt, reports);
    }
    const AttemptId id = attempt.id;
    auto job = std::make_shared<Job>(
        Job{.attempt = std::move(attempt), .reports = reports, .function = std::move(function)});
    jobs_.emplace(id, job);
    if (job->function) return enqueue(std::move(job));
    ++orphans_;
    update_capacity();
  }

  void cancel(AttemptId attempt) override {
    std::unique_lock lock(mutex_);
    auto found = jobs_.find(attempt);
    if (found == jobs_.end()) return;
    auto job = found->second;
    forget(found);
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

  std::vector<std::string> not_returned(Duration patience) override {
    std::unique_lock lock(mutex_);
    returned_.wait_for(lock, patience, [this] { return called_.empty(); });
    std::vector<std::string> tasks;
    std::ranges::unique_copy(called_, std::back_inserter(tasks));
    return tasks;
  }

  void run_ended(std::uint32_t run) override {
    std::unique_lock lock(mutex_);
    complete_.erase(run);
    auto forgotten = functions_.extract(run);
    lock.unlock();  // what the functions hold dies outside
  }

 private:
  using Jobs = std::map<AttemptId, std::shared_ptr<Job>>;

  std::shared_ptr<const Function> find(std::uint32_t run, const std::string& task) const {
    auto functions = functions_.find(run);
    if (functions == functions_.end()) return nullptr;
    auto function = functions->second.find(function_key(task));
    return function == functions->second.end() ? nullptr : function->second;
  }

  void forget(Jobs::iterator job) {
    if (!job->second->function) --orphans_;
    jobs_.erase(job);
    update_capacity();
  }

  /// What waits for its function keeps no thread busy: it must not keep out the task whose end the flow body may be
  /// waiting for before it comes to register that function.
  void update_capacity() { capacity_ = options_.threads_max + pace_.ahead(options_.threads_max) + orphans_; }

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
      auto called = called_.insert(job->attempt.task);
      lock.unlock();
      auto start = std::chrono::steady_clock::now();
      auto outcome = call(*job);
      finish(*job, std::move(outcome), std::chrono::steady_clock::now() - start);
      job.reset();
      lock.lock();
      called_.erase(called);
      if (called_.empty()) returned_.notify_all();
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

  void finish(const Job& job, FunctionOutcome outcome, Pace::Nanoseconds took) {
    const auto& attempt = job.attempt;
    auto& reports = job.reports;
    {
      std::lock_guard lock(mutex_);
      if (closing_) return;
      pace_.note(took);
      auto found = jobs_.find(attempt.id);
      if (found == jobs_.end()) {
        --stubborn_;
        return;
      }
      forget(found);
    }
    if (outcome) return reports.succeeded(attempt.id, std::move(*outcome));
    if (auto* skipped = std::get_if<Skipped>(&outcome.error())) {
      return reports.skipped(attempt.id, std::move(skipped->reason));
    }
    reports.failed(attempt.id, std::move(std::get<Failure>(outcome.error())));
  }

  const FunctionOptions options_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable returned_;
  std::map<std::uint32_t, std::unordered_map<std::string, std::shared_ptr<const Function>>> functions_;
  std::set<std::uint32_t> complete_;
  Jobs jobs_;                ///< that owe a report
  std::size_t orphans_ = 0;  ///< jobs that wait for their function
  Pace pace_;
  std::atomic<std::size_t> capacity_;
  std::deque<std::shared_ptr<Job>> queue_;
  std::vector<std::thread> threads_;
  std::multiset<std::string> called_;  ///< tasks whose functions have not returned
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
