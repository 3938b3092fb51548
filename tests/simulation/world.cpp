#include "world.h"

#include "violation.h"

namespace weir::sim {

using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t steps_max = 200'000;
constexpr Duration storm_lasts_max = 120s;

}  // namespace

void Totals::add(const Totals& other) {
  steps += other.steps;
  events += other.events;
  deaths += other.deaths;
  lived += other.lived;
}

World::World(std::uint64_t seed, bool stormy, bool tracing) : seed_(seed), site_(seed, stormy, tracing) {}

World::~World() = default;

void World::later(Duration delay, void (World::*what)()) {
  site_.timeline.after(delay, Timeline::world, [this, what] { (this->*what)(); });
}

void World::run() {
  prepare();
  for (;;) {
    try {
      if (!site_.timeline.step()) break;
    } catch (const Died&) {
      die();
    }
    demand(site_.timeline.steps() < steps_max, "the world does not come to rest");
  }
  if (process_) process_->compare();
  for (const auto& plan : site_.plan.runs) demand(is_stored(plan.flow), "'{}' was never stored", plan.flow);
  site_.audit.check_end();
}

void World::prepare() {
  auto& weather = site_.weather;
  auto& dice = weather.dice();
  boot();
  for (const auto& plan : site_.plan.runs) {
    site_.timeline.after(plan.starts, Timeline::world, [this, &plan] { start(plan); });
    if (plan.cancelled)
      site_.timeline.after(*plan.cancelled, Timeline::world, [this, &plan] { cancel(plan); });
  }
  look_closely();
  Duration storm = dice.between(Duration{1s}, storm_lasts_max);
  for (int i = 0; i < 4; ++i) {
    if (weather.strikes(weather.clock_jump)) later(dice.between(Duration{0}, storm), &World::jump);
    if (weather.strikes(0.3)) later(dice.between(Duration{0}, storm), &World::intrude);
  }
  if (weather.strikes(weather.full_disk)) later(dice.between(Duration{0}, storm), &World::fill_disk);
  if (weather.strikes(weather.hold)) later(dice.between(Duration{0}, storm), &World::hold);
  later(weather.is_stormy() ? storm : Duration{0}, &World::calm_down);
}

void World::boot() {
  if (process_) return;
  site_.trace("a process starts");
  process_ = std::make_unique<Process>(site_, seed_ * 1000 + ++deaths_);
  resume_all(!site_.weather.is_stormy());
}

/// A process takes up what the one before it left: at once, or one run after the other.
void World::resume_all(bool at_once) {
  std::vector<store::RunSummary> runs;
  for (const auto& [number, run] : site_.disk.runs()) {
    if (!is_terminal(run.summary.state)) runs.push_back(run.summary);
  }
  site_.weather.dice().shuffle(runs);
  for (auto& run : runs) {
    Duration delay = at_once ? Duration{0} : site_.weather.dice().between(Duration{0}, Duration{3s});
    site_.timeline.after(delay, process_->owner(), [this, run] {
      auto resumed = process_->resume(run);
      demand(resumed.has_value(), "'{}' could not be resumed: {}", run.flow,
             resumed ? "" : resumed.error().message);
    });
  }
}

void World::die() {
  process_.reset();
  site_.audit.on_process_end();
  auto& weather = site_.weather;
  bool power = weather.strikes(weather.power_cut);
  site_.trace("{}", power ? "the power fails" : "the process is gone");
  if (power) site_.audit.on_power_cut(site_.disk.cut_power(weather.dice()));
  Duration down = weather.strikes(0.5) ? weather.dice().between(Duration{0}, Duration{30s}) : Duration{0};
  later(down, &World::boot);
}

void World::leave() {
  if (process_) die();
}

void World::start(const PlannedRun& plan) {
  if (is_stored(plan.flow)) return;
  site_.timeline.after(1s, Timeline::world, [this, &plan] { start(plan); });
  if (process_ && !process_->is_broken()) process_->start(plan);
}

void World::cancel(const PlannedRun& plan) {
  if (has_ended(plan.flow)) return;
  if (process_) process_->cancel(plan.flow);
  site_.timeline.after(5s, Timeline::world, [this, &plan] { cancel(plan); });
}

void World::jump() {
  if (!site_.weather.is_stormy()) return;
  auto& dice = site_.weather.dice();
  Duration by = dice.between(Duration{0}, Duration{dice.chance(0.5) ? 10s : 3600s});
  if (dice.chance(0.5)) by = -by;
  site_.trace("the clock jumps by {} s", std::chrono::duration<double>(by).count());
  site_.clock.jump(by);
}

void World::fill_disk() {
  if (!site_.weather.is_stormy()) return;
  site_.trace("the disk is full");
  site_.disk.full = true;
  site_.timeline.after(site_.weather.dice().between(Duration{0}, Duration{20s}), Timeline::world, [this] {
    site_.trace("the disk has space again");
    site_.disk.full = false;
    if (process_ && process_->is_broken()) die();
  });
}

void World::hold() {
  if (!process_ || !site_.weather.is_stormy()) return;
  process_->hold();
  site_.timeline.after(site_.weather.dice().between(Duration{0}, Duration{10s}), process_->owner(),
                       [] { throw Died{}; });
}

/// Somebody resumes, from a second process, a run that the first one holds.
void World::intrude() {
  if (site_.disk.leased.empty()) return;
  auto held = *site_.disk.leased.begin();
  Process second(site_, seed_ * 1000 + 999);
  auto resumed = second.resume(site_.disk.runs().at(held).summary);
  demand(!resumed && resumed.error().code == Code::conflict, "a second process took over a run that is held");
}

void World::look_closely() {
  if (process_) process_->compare();
  bool all = true;
  for (const auto& plan : site_.plan.runs) all = all && has_ended(plan.flow);
  if (!all) later(3s, &World::look_closely);
}

/// From now on nothing goes wrong, and what was held up gets a process that goes on.
void World::calm_down() {
  site_.trace("calm weather from here on");
  bool stormy = site_.weather.is_stormy();
  site_.weather.calm_down();
  site_.disk.full = false;
  if (stormy) die();
}

bool World::is_stored(const std::string& flow) const {
  for (const auto& [number, run] : site_.disk.runs()) {
    if (run.summary.flow == flow) return true;
  }
  return false;
}

bool World::has_ended(const std::string& flow) const {
  for (const auto& [number, run] : site_.disk.runs()) {
    if (run.summary.flow == flow) return is_terminal(run.summary.state);
  }
  return false;
}

std::map<std::string, RunEnd> World::ends() const {
  std::map<std::string, RunEnd> ends;
  for (const auto& [number, book] : site_.audit.books()) {
    auto& end = ends[book.about().flow];
    end.state = *book.end();
    for (const auto& task : book.tasks()) end.tasks[task.spec.key] = {task.phase, task.value};
  }
  return ends;
}

Totals World::totals() const {
  Totals totals{site_.timeline.steps(), 0, deaths_ - 1, site_.timeline.now()};
  for (const auto& [number, run] : site_.disk.runs()) totals.events += run.rows.size();
  return totals;
}

}  // namespace weir::sim
