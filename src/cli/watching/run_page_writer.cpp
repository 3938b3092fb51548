#include "cli/watching/run_page_writer.h"

#include <utility>

namespace weir::cli {
namespace {

constexpr Duration first_after = std::chrono::milliseconds{50};
constexpr Duration write_every = std::chrono::seconds{1};

}  // namespace

RunPageWriter::~RunPageWriter() {
  for (const auto& [slot, timer] : due_) loop_.cancel_timer(timer);
}

void RunPageWriter::follow(runtime::RunSlot slot) {
  if (due_.contains(slot)) return;
  auto delay = written_.contains(slot) ? write_every : first_after;
  due_[slot] = loop_.after(delay, [this, slot] {
    due_.erase(slot);
    write(slot);
  });
}

void RunPageWriter::flush() {
  for (const auto& [slot, timer] : std::exchange(due_, {})) {
    loop_.cancel_timer(timer);
    write(slot);
  }
}

void RunPageWriter::on_event(runtime::RunSlot slot, const core::Run&, const core::Event& event) {
  if (!std::holds_alternative<core::RunFinished>(event.fact)) return follow(slot);
  if (auto due = due_.extract(slot)) loop_.cancel_timer(due.mapped());
  write(slot);
}

void RunPageWriter::write(runtime::RunSlot slot) {
  page_.write(engine_.run(slot));
  written_.insert(slot);
}

}  // namespace weir::cli
