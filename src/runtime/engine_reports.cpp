// What reaches the engine from any thread: it is put into the inbox, and a turn is posted.
#include "base/planted.h"
#include "runtime/engine_state.h"

namespace weir::runtime {

void Engine::send(Message message) {
  std::lock_guard lock(inbox_mutex_);
  inbox_.push_back(std::move(message));
  post_turn();
}

void Engine::send(RunSlot run, core::Input input) { send(Message{run, std::move(input), {}, {}}); }

void Engine::intend(AttemptId attempt, json intent, std::function<void()> proceed) {
  if (WEIR_BUG("an intent proceeds before it is recorded")) proceed();
  send(Message{attempt.run,
               core::Input(core::Intended{attempt.task, attempt.number, std::move(intent)}),
               std::move(proceed),
               {}});
}

void Engine::attached(AttemptId attempt, json remote) {
  send(attempt.run, core::Attached{attempt.task, attempt.number, std::move(remote)});
}

void Engine::succeeded(AttemptId attempt, json value) { report_value(attempt, std::move(value)); }

void Engine::failed(AttemptId attempt, Failure failure) {
  send(attempt.run, core::Failed{attempt.task, attempt.number, std::move(failure)});
}

void Engine::cancelled(AttemptId attempt) {
  send(attempt.run, core::Cancelled{attempt.task, attempt.number});
}

void Engine::lost(AttemptId attempt) { send(attempt.run, core::Lost{attempt.task, attempt.number}); }

void Engine::skipped(AttemptId attempt, std::string reason) {
  send(attempt.run, core::Skipped{attempt.task, attempt.number, std::move(reason)});
}

void Engine::log(AttemptId attempt, Level level, std::string line) {
  std::unique_lock lock(inbox_mutex_);
  if (taken_on_ && *taken_on_ != std::this_thread::get_id()) {
    lines_taken_.wait_for(lock, WaitingLines::wait_max,
                          [&] { return lines_.has_room_for(line) || !taken_on_; });
  }
  auto fate = lines_.add(attempt, line);
  if (fate == WaitingLines::Fate::lost) return;
  if (fate == WaitingLines::Fate::kept) {
    inbox_.push_back({attempt.run, Message::Line{attempt, level, std::move(line)}, {}, {}});
  } else {
    inbox_.push_back({attempt.run, Message::LostLines{attempt}, {}, {}});
  }
  post_turn();
}

}  // namespace weir::runtime
