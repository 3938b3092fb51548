#include "cli/watching/state_look.h"

namespace weir::cli {
namespace {

using core::RunState;
using core::TaskState;
using Ink = Terminal::Ink;

std::string_view sign_of(TaskState state) {
  switch (state) {
    case TaskState::pending:
      return "·";
    case TaskState::running:
      return "●";
    case TaskState::retrying:
      return "↻";
    case TaskState::succeeded:
      return "✓";
    case TaskState::failed:
      return "✗";
    case TaskState::upstream_failed:
      return "⊘";
    case TaskState::skipped:
      return "–";
    case TaskState::cancelled:
      return "■";
  }
  return " ";
}

}  // namespace

Ink ink_of(TaskState state) {
  switch (state) {
    case TaskState::succeeded:
      return Ink::green;
    case TaskState::failed:
      return Ink::red;
    case TaskState::running:
      return Ink::blue;
    case TaskState::retrying:
    case TaskState::cancelled:
    case TaskState::upstream_failed:
      return Ink::yellow;
    case TaskState::pending:
    case TaskState::skipped:
      return Ink::dim;
  }
  return Ink::plain;
}

Ink ink_of(RunState state) {
  switch (state) {
    case RunState::running:
      return Ink::blue;
    case RunState::succeeded:
      return Ink::green;
    case RunState::failed:
      return Ink::red;
    case RunState::cancelled:
      return Ink::yellow;
  }
  return Ink::plain;
}

std::string state_sign(const Terminal& terminal, TaskState state) {
  return terminal.ink(ink_of(state), sign_of(state));
}

std::string state_word(const Terminal& terminal, RunState state) {
  return terminal.ink(ink_of(state), core::name_of(state));
}

}  // namespace weir::cli
