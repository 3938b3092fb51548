#include "runtime/engine.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/nearest.h"

namespace weir::runtime {

struct Engine::Active {
  core::Run run;
  store::RunNumber number;
  std::unique_ptr<store::Lease> lease;
};

/// What waits for the next turn: an input with, for intents, the executor's continuation; or a line of a log.
struct Engine::Message {
  RunSlot run = 0;
  std::optional<core::Input> input{};
  std::function<void()> proceed{};
  AttemptId attempt{};
  Level level = Level::info;
  std::string line{};
};

/// What one turn has decided and not yet recorded.
struct Engine::Turn {
  std::vector<store::Record> records;
  std::vector<RunSlot> slots;  ///< of each record
  std::vector<std::pair<RunSlot, core::Command>> commands;
  bool sync = false;
};

namespace {

std::string_view name_of(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "info";
}

/// Number of the attempt whose end this fact records.
struct EndedAttempt {
  core::TaskIndex task;
  std::uint32_t number;
};

std::optional<EndedAttempt> ended_attempt(const core::Fact& fact) {
  using namespace core;
  if (const auto* it = std::get_if<AttemptSucceeded>(&fact)) return EndedAttempt{it->task, it->number};
  if (const auto* it = std::get_if<AttemptFailed>(&fact)) return EndedAttempt{it->task, it->number};
  if (const auto* it = std::get_if<AttemptCancelled>(&fact)) return EndedAttempt{it->task, it->number};
  return std::nullopt;
}

}  // namespace

Engine::Engine(Surroundings surroundings, std::vector<std::unique_ptr<Executor>> executors)
    : around_(surroundings), executors_(std::move(executors)) {
  for (const auto& executor : executors_) {
    for (auto& kind : executor->kinds()) {
      by_kind_[kind.name] = {kind, executor.get()};
      kinds_.push_back(std::move(kind));
    }
  }
}

Engine::~Engine() {
  *alive_ = false;
  executors_.clear();  // their threads end before what they report to does
}

Result<RunSlot> Engine::start(core::RunStarted about, std::vector<core::TaskSpec> tasks, bool closed) {
  Instant now = around_.clock.now();
  if (about.id.empty()) about.id = to_text(make_uuid_v7(now, around_.random));
  if (about.name.empty()) about.name = two_word_name(around_.random);

  // The tasks are checked against a run in memory first: nothing is stored of a graph that is wrong.
  core::Run run;
  run.apply({now, about});
  std::vector<core::Fact> facts;
  for (auto& spec : tasks) {
    if (auto fine = check_task(run, spec); !fine) return std::unexpected(fine.error());
    bool external = by_kind_.at(spec.kind).kind.external;
    facts.emplace_back(core::TaskAdded{std::move(spec), external});
    run.apply({now, facts.back()});
  }
  if (closed) facts.emplace_back(core::GraphClosed{});

  auto summary = around_.store.begin_run(about, now, facts);
  if (!summary) return std::unexpected(summary.error());
  auto lease = around_.store.lease(*summary);
  if (!lease) return std::unexpected(lease.error());
  about.name = summary->name;
  core::Run named;
  named.apply({now, about});
  for (const auto& fact : facts) named.apply({now, fact});
  RunSlot slot = adopt(std::move(named), std::move(*summary), std::move(*lease));
  for (auto* observer : observers_) observer->on_event(slot, this->run(slot), {now, about});
  send(slot, core::Begin{});
  return slot;
}

Result<RunSlot> Engine::resume(const std::string& name_or_id) {
  auto summary = around_.store.find_run(name_or_id);
  if (!summary) return std::unexpected(summary.error());
  auto lease = around_.store.lease(*summary);
  if (!lease) return std::unexpected(lease.error());
  auto history = around_.store.history(summary->number);
  if (!history) return std::unexpected(history.error());
  core::Run run = core::replay(*history);
  bool finished = is_terminal(run.state());
  RunSlot slot = adopt(std::move(run), std::move(*summary), finished ? nullptr : std::move(*lease));
  if (!finished) send(slot, core::Resume{});
  return slot;
}

RunSlot Engine::adopt(core::Run run, store::RunSummary summary, std::unique_ptr<store::Lease> lease) {
  auto active = std::make_unique<Active>();
  active->run = std::move(run);
  active->number = summary.number;
  active->lease = std::move(lease);
  runs_.push_back(std::move(active));
  return static_cast<RunSlot>(runs_.size() - 1);
}

const core::Run& Engine::run(RunSlot run) const { return runs_.at(run)->run; }

void Engine::add_task(RunSlot run, core::TaskSpec spec) { send(run, core::AddTask{std::move(spec)}); }

void Engine::close(RunSlot run, std::optional<core::Failure> error) {
  send(run, core::CloseGraph{std::move(error)});
}

void Engine::cancel(RunSlot run) { send(run, core::RequestCancel{}); }

Result<void> Engine::check_task(const core::Run& run, const core::TaskSpec& spec) const {
  if (!core::is_valid_name(spec.key)) {
    return fail(Code::invalid, fmt::format("'{}' cannot name a task", spec.key),
                "use letters, digits, _ - and .");
  }
  if (run.index_of(spec.key)) return fail(Code::invalid, fmt::format("there are two tasks '{}'", spec.key));
  if (!by_kind_.contains(spec.kind)) {
    std::vector<std::string> known;
    for (const auto& kind : kinds_) known.push_back(kind.name);
    return fail(Code::invalid, fmt::format("task '{}': there is no kind '{}'", spec.key, spec.kind),
                suggest(spec.kind, known));
  }
  for (const auto& upstream : spec.upstreams) {
    if (run.index_of(upstream)) continue;
    return fail(Code::invalid,
                fmt::format("task '{}' waits for '{}', which was not added", spec.key, upstream));
  }
  return {};
}

void Engine::send(RunSlot run, core::Input input) {
  Message message;
  message.run = run;
  message.input = std::move(input);
  send(std::move(message));
}

void Engine::send(Message message) {
  std::lock_guard lock(inbox_mutex_);
  inbox_.push_back(std::move(message));
  if (turn_posted_) return;
  turn_posted_ = true;
  around_.loop.post([this, alive = alive_] {
    if (*alive) turn();
  });
}

void Engine::turn() {
  std::vector<Message> messages;
  {
    std::lock_guard lock(inbox_mutex_);
    messages.swap(inbox_);
    turn_posted_ = false;
  }
  if (broken_) return;
  Turn turn;
  for (auto& message : messages) take(std::move(message), turn);
  record(turn);
  if (broken_) return;
  for (const auto& [slot, command] : turn.commands) perform(slot, command);
}

void Engine::take(Message message, Turn& turn) {
  if (!message.input) return write_log(message.attempt, message.level, std::move(message.line));
  auto& active = *runs_.at(message.run);
  if (auto* add = std::get_if<core::AddTask>(&*message.input)) {
    auto existing = active.run.index_of(add->spec.key);
    bool same =
        existing && core::fingerprint_of(active.run.spec(*existing)) == core::fingerprint_of(add->spec);
    if (same) return;
    if (auto fine = check_task(active.run, add->spec); !fine) {
      core::Failure failure;
      failure.message =
          existing ? fmt::format("task '{}' is declared differently than before in this run", add->spec.key)
                   : to_text(fine.error());
      message.input = core::CloseGraph{failure};
    } else {
      add->external = by_kind_.at(add->spec.kind).kind.external;
    }
  }
  auto step = core::advance(active.run, *message.input, around_.clock.now(), starting_);
  for (auto& event : step.events) {
    const auto* intended = std::get_if<core::AttemptIntended>(&event.fact);
    if (intended && message.proceed) {
      proceeds_[{message.run, intended->task, intended->number}] = std::move(message.proceed);
    }
    turn.sync = turn.sync || core::must_sync(event.fact);
    turn.records.push_back({active.number, std::move(event)});
    turn.slots.push_back(message.run);
  }
  if (!step.events.empty() && active.run.about().durability == core::Durability::disk) turn.sync = true;
  for (auto& command : step.commands) turn.commands.emplace_back(message.run, std::move(command));
}

/// Makes the turn durable, then tells everybody.
void Engine::record(Turn& turn) {
  if (auto done = around_.store.append(turn.records, turn.sync); !done) {
    broken_ = true;
    for (auto* observer : observers_) observer->on_broken(done.error());
    return;
  }
  for (std::size_t i = 0; i < turn.records.size(); ++i) {
    RunSlot slot = turn.slots[i];
    const auto& run = runs_[slot]->run;
    const auto& event = turn.records[i].event;
    if (auto ended = ended_attempt(event.fact)) {
      around_.log.close(run.about().id, run.spec(ended->task).key, ended->number);
      proceeds_.erase({slot, ended->task, ended->number});
    }
    for (auto* observer : observers_) observer->on_event(slot, run, event);
  }
}

void Engine::perform(RunSlot slot, const core::Command& command) {
  struct Perform {
    Engine& engine;
    RunSlot slot;
    void operator()(const core::StartAttempt& it) { engine.hand_over(slot, it.task); }
    void operator()(const core::Proceed& it) { engine.proceed({slot, it.task, it.number}); }
    void operator()(const core::CancelAttempt& it) {
      auto kind = engine.by_kind_.find(engine.run(slot).spec(it.task).kind);
      if (kind != engine.by_kind_.end()) kind->second.executor->cancel({slot, it.task, it.number});
    }
    void operator()(const core::ArmRetry& it) { engine.arm(slot, it.due, core::RetryDue{it.task}); }
    void operator()(const core::ArmTimeout& it) {
      engine.arm(slot, it.due, core::TimeoutDue{it.task, it.number});
    }
    void operator()(const core::EndRun&) {
      engine.runs_[slot]->lease.reset();
      for (const auto& executor : engine.executors_) executor->run_ended(slot);
    }
  };
  std::visit(Perform{*this, slot}, command);
}

void Engine::hand_over(RunSlot slot, core::TaskIndex task) {
  const auto& run = this->run(slot);
  const auto* live = run.live(task);
  if (!live) return;
  const auto& spec = run.spec(task);
  Attempt attempt;
  attempt.id = {slot, task, live->number};
  attempt.run_id = run.about().id;
  attempt.run_name = run.about().name;
  attempt.flow = run.about().flow;
  attempt.task = spec.key;
  attempt.kind = spec.kind;
  attempt.token = token_of(run, task, live->number);
  attempt.inputs = live->inputs;
  attempt.intent = live->intent;
  attempt.remote = live->remote;
  if (spec.policy.timeout) attempt.deadline = live->started + *spec.policy.timeout;
  auto refuse = [&](std::string why) {
    Failure failure;
    failure.message = std::move(why);
    failure.retryable = false;
    send(slot, core::Failed{task, live->number, failure});
  };
  auto kind = by_kind_.find(spec.kind);
  if (kind == by_kind_.end()) {
    // A resumed run may hold kinds that this program does not have.
    return refuse(fmt::format("this program cannot run tasks of kind '{}'", spec.kind));
  }
  // What was a template when the flow was checked has become a value.
  if (auto problem = core::check_inputs(kind->second.kind, attempt.inputs)) {
    return refuse(fmt::format("{}{}: {}", spec.kind, problem->path, to_text(problem->error)));
  }
  kind->second.executor->start(std::move(attempt), *this);
}

void Engine::proceed(AttemptId attempt) {
  auto found = proceeds_.extract(attempt);
  if (found) found.mapped()();
}

/// Timers run on monotonic time and `due` is wall-clock time: a clock that was set back postpones the timer.
void Engine::arm(RunSlot slot, Instant due, core::Input input) {
  Duration delay = std::max(Duration{0}, due - around_.clock.now());
  around_.loop.after(delay, [this, alive = alive_, slot, due, input = std::move(input)] {
    if (!*alive) return;
    if (around_.clock.now() < due) return arm(slot, due, input);
    send(slot, input);
  });
}

void Engine::write_log(AttemptId attempt, Level level, std::string line) {
  const auto& run = this->run(attempt.run);
  const auto* live = run.live(attempt.task);
  if (!live || live->number != attempt.number) return;
  store::LogLine entry{around_.clock.now(), std::string(name_of(level)), std::move(line)};
  around_.log.append(run.about().id, run.spec(attempt.task).key, attempt.number, entry);
  for (auto* observer : observers_) observer->on_log(attempt.run, run, attempt.task, entry);
}

/// 45 characters: the attempt's identity in this store, unguessable enough not to collide with anybody
/// else's.
std::string Engine::token_of(const core::Run& run, core::TaskIndex task, std::uint32_t number) const {
  std::string identity =
      fmt::format("{}/{}/{}/{}", around_.store.id(), run.about().id, run.spec(task).key, number);
  return "weir-" + fingerprint(identity) + fingerprint(identity + "/").substr(0, 8);
}

void Engine::intend(AttemptId attempt, json intent, std::function<void()> proceed) {
  Message message;
  message.run = attempt.run;
  message.input = core::Intended{attempt.task, attempt.number, std::move(intent)};
  message.proceed = std::move(proceed);
  send(std::move(message));
}

void Engine::attached(AttemptId attempt, json remote) {
  send(attempt.run, core::Attached{attempt.task, attempt.number, std::move(remote)});
}

void Engine::succeeded(AttemptId attempt, json value) {
  send(attempt.run, core::Succeeded{attempt.task, attempt.number, std::move(value)});
}

void Engine::failed(AttemptId attempt, Failure failure) {
  send(attempt.run, core::Failed{attempt.task, attempt.number, std::move(failure)});
}

void Engine::cancelled(AttemptId attempt) {
  send(attempt.run, core::Cancelled{attempt.task, attempt.number});
}

void Engine::log(AttemptId attempt, Level level, std::string line) {
  Message message;
  message.run = attempt.run;
  message.attempt = attempt;
  message.level = level;
  message.line = std::move(line);
  send(std::move(message));
}

}  // namespace weir::runtime
