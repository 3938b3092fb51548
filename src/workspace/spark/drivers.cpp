#include "workspace/spark/drivers.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/ids.h"
#include "workspace/spark/compute.h"
#include "workspace/spark/machine_memory.h"

namespace weir::workspace {
namespace {

namespace fs = std::filesystem;

constexpr Duration look_interval = std::chrono::milliseconds(250);

/// One that waits has 500 MB, and the job that gets it asks for more.
constexpr std::uint64_t memory_of_one = 4ULL << 30;

}  // namespace

Drivers::Drivers(Loop& loop, const Home& home, const DriverSetting& setting, Options options)
    : loop_(loop), home_(home), setting_(setting), options_(options) {
  if (options_.waiting_max > 0) timer_ = loop_.after(look_interval, [this] { look(); });
}

Drivers::~Drivers() {
  if (timer_ != 0) loop_.cancel_timer(timer_);
}

void Drivers::end_all_waiting(const Home& home) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(home.waiting(), error)) {
    if (entry.is_symlink(error)) continue;
    end_waiting(entry.path());
    fs::remove_all(entry.path(), error);
  }
  sweep(home);
}

/// What has ended goes. A link is for the processes of a driver that waited, which know their folder by the name it had.
void Drivers::sweep(const Home& home) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(home.waiting(), error)) {
    bool is_over = !fs::exists(entry.path() / "work", error) || fs::exists(entry.path() / "exit", error);
    if (is_over) fs::remove_all(entry.path(), error);  // of a link, the link
  }
}

Result<std::unique_ptr<process::Prepared>> Drivers::prepare(const DriverLaunch& launch) {
  auto driver = launch.can_be_warm ? take() : nullptr;
  last_start_ = Steady::now();
  rests_until_ = last_start_ + (driver ? options_.rest_after_warm : options_.rest_after_cold);
  if (driver) return WaitingDriver::hand_over(std::move(driver), launch);
  is_broken_ = false;
  return process::prepare(cold_start(setting_, launch));
}

/// One that is still warming up goes on faster than one that has not begun.
std::unique_ptr<WaitingDriver> Drivers::take() {
  auto found = std::ranges::find_if(waiting_, [](const auto& driver) { return driver->is_ready(); });
  if (found == waiting_.end()) found = waiting_.begin();
  if (found == waiting_.end()) return nullptr;
  auto driver = std::move(*found);
  waiting_.erase(found);
  return driver;
}

void Drivers::look() {
  timer_ = loop_.after(look_interval, [this] { look(); });
  std::erase_if(leaving_, [](const auto& supervisor) { return !process::is_alive(supervisor); });
  auto now = Steady::now();
  bool is_idle = now - last_start_ > options_.idle_time_max;
  bool is_short = available_memory_bytes() < options_.memory_kept_bytes;
  if (is_idle || is_short) {
    if (!waiting_.empty()) let_go_of_one();  // and no more in this turn: memory takes a moment to come back
    return;
  }
  bool warms_up = std::ranges::any_of(waiting_, [](const auto& driver) { return !driver->is_ready(); });
  bool is_full = waiting_.size() >= options_.waiting_max;
  if (!is_full && !warms_up && !is_broken_ && now >= rests_until_) start_one();
}

void Drivers::let_go_of_one() {
  leaving_.push_back(waiting_.back()->supervisor());
  waiting_.pop_back();
}

void Drivers::start_one() {
  sweep(home_);
  SystemRandom random;
  auto driver =
      WaitingDriver::start(loop_, setting_, home_.waiting() / random_hex(random, 8),
                           plain_environment(setting_), [this](const WaitingDriver& gone) { forget(gone); });
  is_broken_ = !driver;
  if (driver) return waiting_.push_back(std::move(*driver));
  fmt::print(stderr, "workspace: could not start a driver ahead: {}\n", to_text(driver.error()));
}

void Drivers::forget(const WaitingDriver& driver) {
  fmt::print(stderr, "workspace: a driver that waited has died; its last words are in {}\n",
             (driver.folder() / "stderr").string());
  if (!driver.is_ready()) is_broken_ = true;
  leaving_.push_back(driver.supervisor());
  std::erase_if(waiting_, [&](const auto& one) { return one.get() == &driver; });
}

std::vector<Drivers::Waiting> Drivers::waiting() const {
  std::vector<Waiting> all;
  for (const auto& driver : waiting_)
    all.push_back({.supervisor = driver->supervisor().pid, .is_ready = driver->is_ready()});
  return all;
}

std::size_t waiting_suited_to(std::uint64_t available_bytes, unsigned cores) {
  return std::min<std::size_t>({2, std::max(cores / 2, 1U), available_bytes / memory_of_one});
}

}  // namespace weir::workspace
