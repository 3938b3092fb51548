// The insides of an engine that its source files share.
#pragma once

#include <variant>

#include "runtime/engine.h"

namespace weir::runtime {

struct Engine::Active {
  core::Run run;
  store::RunNumber number = 0;
  std::unique_ptr<store::Lease> lease;
  std::unique_ptr<store::SlotHold> run_slot;  ///< its place among the runs of its flow
  std::string token{};                        ///< what the tokens of all its attempts begin with
  bool queued = false;                        ///< waits for such a place
  bool resumed = false;                       ///< it had lived before
  std::set<core::TaskIndex> made_again{};     ///< whose results a retry found lost
  std::vector<bool> declared{};               ///< by stage: whether this life of the run has declared it
};

/// What waits for the next turn: an input with, for intents, the executor's continuation; or a line of
/// a log.
struct Engine::Message {
  struct Line {
    AttemptId attempt{};
    Level level = Level::info;
    std::string text{};
  };
  /// In the place of lines that were lost; the turn knows how many.
  struct LostLines {
    AttemptId attempt{};
  };
  /// A result could not be stored.
  struct NotStored {
    Error error{};
  };
  RunSlot run = 0;
  std::variant<core::Input, Line, LostLines, NotStored> what{};
  std::function<void()> proceed{};
  core::ValueShape shape{};      ///< of the value that a success brings
  std::optional<Instant> due{};  ///< of what a timer brings
};

/// What one turn has decided and not yet recorded. Turns follow each other by the ten thousand: the next one takes over
/// the room that this one's lists have.
struct Engine::Turn {
  /// Lists that one turn made longer than this are given back.
  static constexpr std::size_t kept_items_max = 16'384;

  Instant now{};  ///< one for all of it: the clock may be set back in the midst of it
  std::vector<Message> messages;
  core::StepResult step;  ///< of the input that is being looked at; see Engine::keep
  std::vector<store::Record> records;
  std::vector<RunSlot> slots;  ///< of each record
  std::vector<std::pair<RunSlot, core::Command>> commands;
  std::vector<store::CacheEntry> cache;
  std::vector<std::int64_t> acknowledged;
  WaitingLines::Lost lost_lines;
  bool sync = false;

  void clear() {
    empty(messages);
    empty(step.events);
    empty(step.commands);
    empty(records);
    empty(slots);
    empty(commands);
    empty(cache);
    empty(acknowledged);
    lost_lines.clear();
    sync = false;
  }

 private:
  template <class Item>
  static void empty(std::vector<Item>& items) {
    items.clear();
    if (items.capacity() > kept_items_max) items.shrink_to_fit();
  }
};

}  // namespace weir::runtime
