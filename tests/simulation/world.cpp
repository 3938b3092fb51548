#include "world.h"

#include "violation.h"

namespace weir::sim {

using namespace std::chrono_literals;

namespace {

constexpr Duration calm_lasts_max = 8h;  // more than clocks were set back, and retries take
constexpr Duration storm_lasts_max = 120s;
constexpr Duration pauses_last_max = 30s;

}  // namespace

void Totals::add(const Totals& other) {
  steps += other.steps;
  events += other.events;
  deaths += other.deaths;
  lived += other.lived;
}

World::World(std::uint64_t seed, bool stormy, bool tracing) : seed_(seed), site_(seed, stormy, tracing) {
  site_.disk.limits = site_.plan.limits;
  site_.meddle = [this](const std::string& run) { meddle(run); };
}

World::~World() = default;

void World::later(Duration delay, void (World::*what)()) {
  site_.timeline.after(delay, Timeline::world, [this, what] { (this->*what)(); });
}

void World::run() {
  prepare();
  for (bool over = false; !over;) {
    try {
      over = !site_.timeline.step() || is_over();
    } catch (const Died&) {
      die();
    }
    if (!hopeless_ || site_.timeline.now() < *hopeless_) continue;
    site_.audit.check_end();
    violate("the world does not come to rest");
  }
  process_->compare();
  for (const auto& plan : site_.plan.runs) demand(book_of(plan), "{} was never stored", plan.title());
  site_.audit.check_end();
}

void World::prepare() {
  boot();
  for (const auto& plan : site_.plan.runs) {
    auto at = [&](Duration due, void (World::*what)(const PlannedRun&)) {
      site_.timeline.after(due, Timeline::world, [this, what, &plan] { (this->*what)(plan); });
    };
    at(plan.starts, &World::start);
    if (plan.cancelled) at(*plan.cancelled, &World::cancel);
    if (plan.paused) at(*plan.paused, &World::pause);
    if (plan.again) at(plan.starts, &World::go_again);
  }
  look_closely();
  if (site_.weather.is_stormy()) {
    prepare_storm();
  } else {
    hopeless_ = calm_lasts_max;
  }
}

void World::prepare_storm() {
  auto& weather = site_.weather;
  auto& dice = weather.dice();
  Duration storm = dice.between(Duration{1s}, storm_lasts_max);
  auto sometime = [&] { return dice.between(Duration{0}, storm); };
  for (int i = 0; i < 4; ++i) {
    if (weather.strikes(weather.clock_jump)) later(sometime(), &World::jump);
    if (weather.strikes(0.3)) later(sometime(), &World::intrude);
    if (weather.strikes(0.3)) later(sometime(), &World::change_limits);
  }
  if (weather.strikes(weather.full_disk)) later(sometime(), &World::fill_disk);
  if (weather.strikes(weather.hold)) later(sometime(), &World::hold);
  later(storm, &World::calm_down);
}

void World::boot() {
  if (process_) return;
  site_.trace("a process starts");
  auto& weather = site_.weather;
  held_ = false;
  process_ = std::make_unique<Process>(site_, seed_ * 1000 + ++processes_, weather.strikes(0.4));
  resume_all(!weather.is_stormy());
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
  if (weather.strikes(0.2)) site_.disk.lose_cached_files();
  Duration down = weather.strikes(0.5) ? weather.dice().between(Duration{0}, Duration{30s}) : Duration{0};
  later(down, &World::boot);
}

void World::start(const PlannedRun& plan) {
  if (book_of(plan)) return;
  site_.timeline.after(1s, Timeline::world, [this, &plan] { start(plan); });
  if (process_ && !process_->is_broken()) process_->start(plan);
}

void World::cancel(const PlannedRun& plan) {
  const auto* book = book_of(plan);
  if (book && book->end()) return;
  site_.timeline.after(5s, Timeline::world, [this, &plan] { cancel(plan); });
  if (book && process_) process_->ask(number_of(plan), runtime::Ask::cancel);
}

/// Somebody pauses the run, and later remembers it.
void World::pause(const PlannedRun& plan) {
  const auto* book = book_of(plan);
  if (book && book->end()) return;
  Duration since = site_.timeline.now() - *plan.paused;
  bool pausing = since < pauses_last_max && site_.weather.is_stormy();
  site_.timeline.after(7s, Timeline::world, [this, &plan] { pause(plan); });
  if (book && process_) process_->ask(number_of(plan), pausing ? runtime::Ask::pause : runtime::Ask::unpause);
}

/// When the run has ended, it goes on, once.
void World::go_again(const PlannedRun& plan) {
  const auto* book = book_of(plan);
  if (book && book->times_reopened() > 0) return;
  bool later = true;
  if (book && book->end() && process_ && !process_->is_broken() && !site_.disk.full) {
    auto done = process_->again(site_.disk.runs().at(number_of(plan)).summary, plan);
    bool pointless = !done && (done.error().code == Code::invalid || done.error().code == Code::not_found);
    demand(done || pointless || done.error().code == Code::conflict, "{} could not go on: {}", plan.title(),
           done ? "" : done.error().message);
    if (pointless) given_up_.insert(plan.index);
    later = !pointless;
  }
  if (later) site_.timeline.after(4s, Timeline::world, [this, &plan] { go_again(plan); });
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
  held_ = true;
  site_.timeline.after(site_.weather.dice().between(Duration{0}, Duration{10s}), process_->owner(),
                       [] { throw Died{}; });
}

/// Somebody resumes, from a second process, a run that the first one holds.
void World::intrude() {
  if (site_.disk.leased.empty()) return;
  auto held = *site_.disk.leased.begin();
  Process second(site_, seed_ * 1000 + 999, false);
  auto resumed = second.resume(site_.disk.runs().at(held).summary);
  demand(!resumed && resumed.error().code == Code::conflict, "a second process took over a run that is held");
}

/// Where the plan cancels a run at some time or other, now may be the time.
void World::meddle(const std::string& run) {
  const auto* book = site_.audit.book(run);
  if (!book || !site_.weather.strikes(0.1)) return;
  const auto& plan = site_.plan.run_of(book->about());
  if (plan.cancelled && !book->end()) process_->ask(number_of(plan), runtime::Ask::cancel);
}

/// Sizes change while attempts are under way, never below what a task may want, and another program takes slots.
void World::change_limits() {
  auto& dice = site_.weather.dice();
  if (site_.plan.limits.empty() || !site_.weather.is_stormy()) return;
  for (const auto& [name, slots] : site_.plan.limits) {
    if (dice.chance(0.5)) site_.disk.limits[name] = slots + static_cast<std::int64_t>(dice.below(4));
    if (dice.chance(0.5)) site_.slots.set_held_by_others(name, static_cast<std::int64_t>(dice.below(3)));
  }
  site_.trace("limits change");
}

void World::look_closely() {
  if (process_) process_->compare();
  later(site_.weather.is_stormy() ? Duration{3s} : Duration{60s}, &World::look_closely);
}

/// From now on nothing goes wrong, and what was held up gets a process that goes on.
void World::calm_down() {
  site_.trace("calm weather from here on");
  site_.weather.calm_down();
  site_.disk.full = false;
  site_.disk.limits = site_.plan.limits;
  for (const auto& [name, slots] : site_.plan.limits) site_.slots.set_held_by_others(name, 0);
  hopeless_ = site_.timeline.now() + calm_lasts_max;
  if (held_ || (process_ && process_->is_broken()) || site_.weather.dice().chance(0.5)) die();
}

/// Every run of the plan has ended, and gone on where it should.
bool World::is_over() const {
  if (site_.weather.is_stormy() || !process_) return false;
  for (const auto& plan : site_.plan.runs) {
    const auto* book = book_of(plan);
    if (!book || !book->end()) return false;
    if (plan.again && book->times_reopened() == 0 && !given_up_.contains(plan.index)) return false;
  }
  return true;
}

const RunBook* World::book_of(const PlannedRun& plan) const {
  for (const auto& [number, book] : site_.audit.books()) {
    if (&site_.plan.run_of(book.about()) == &plan) return &book;
  }
  return nullptr;
}

store::RunNumber World::number_of(const PlannedRun& plan) const {
  for (const auto& [number, book] : site_.audit.books()) {
    if (&site_.plan.run_of(book.about()) == &plan) return number;
  }
  violate("{} has no number", plan.title());
}

std::map<std::size_t, RunEnd> World::ends() const {
  std::map<std::size_t, RunEnd> ends;
  for (const auto& [number, book] : site_.audit.books()) {
    auto& end = ends[site_.plan.run_of(book.about()).index];
    end.state = *book.end();
    for (const auto& task : book.tasks()) {
      if (task.phase == TaskEntry::Phase::dropped) continue;
      end.tasks[book.key(task)] = {task.phase, task.value.value_or(json())};
    }
  }
  return ends;
}

Totals World::totals() const {
  Totals totals{site_.timeline.steps(), 0, processes_ - 1, site_.timeline.now()};
  for (const auto& [number, run] : site_.disk.runs()) totals.events += run.rows.size();
  return totals;
}

}  // namespace weir::sim
