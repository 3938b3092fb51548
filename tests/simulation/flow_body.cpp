#include "flow_body.h"

namespace weir::sim {

using namespace std::chrono_literals;

FlowBody::FlowBody(Site& site, Timeline::Owner owner, runtime::Engine& engine, runtime::RunSlot slot,
                   const PlannedRun& plan, std::uint32_t life)
    : site_(site), owner_(owner), engine_(engine), slot_(slot), plan_(plan), life_(life) {
  go_on_soon();
}

void FlowBody::on_event(const core::Event& event) {
  if (std::holds_alternative<core::RunFinished>(event.fact)) over_ = true;
  if (waits_) go_on_soon();
}

void FlowBody::go_on_soon() {
  waits_ = false;
  go_on_in(site_.weather.dice().between(Duration{0}, Duration{20ms}));
}

void FlowBody::go_on_in(Duration delay) {
  site_.timeline.after(delay, owner_, [this, alive = alive_] {
    if (*alive) go_on();
  });
}

/// The body does something else before its next statement.
void FlowBody::pause() {
  ++next_;
  go_on_in(site_.weather.dice().between(Duration{0}, Duration{5s}));
}

void FlowBody::go_on() {
  while (!over_ && !waits_) {
    if (next_ == plan_.body.size()) return close(plan_.body_throws);
    const auto& step = plan_.body[next_];
    const auto& spec = spec_of(plan_.tasks[step.task]);
    if (step.is == BodyStep::Is::add) {
      site_.trace("body of {}: adds {}", plan_.about.flow, spec.key);
      site_.audit.on_declared(engine_.run(slot_).about().id, spec);
      engine_.add_task(slot_, spec);
      if (site_.weather.strikes(0.2)) return pause();
    } else {
      auto awaited = look_at(spec.key);
      if (awaited == Awaited::ended_otherwise) return close(true);
      waits_ = awaited == Awaited::running;
      if (waits_) return;
    }
    ++next_;
  }
}

const core::TaskSpec& FlowBody::spec_of(const PlannedTask& task) const {
  return task.changed && life_ % 2 == 1 ? *task.changed : task.spec;
}

FlowBody::Awaited FlowBody::look_at(const std::string& key) const {
  const auto& run = engine_.run(slot_);
  auto task = run.index_of(key);
  if (!task || !is_terminal(run.state(*task))) return Awaited::running;
  return run.state(*task) == core::TaskState::succeeded ? Awaited::succeeded : Awaited::ended_otherwise;
}

void FlowBody::close(bool with_error) {
  over_ = true;
  std::optional<core::Failure> error;
  if (with_error) error.emplace().message = "the body gave up";
  engine_.close(slot_, std::move(error));
}

}  // namespace weir::sim
