// How states look in a terminal: a sign, the word of core/state.h, and a colour, never a colour alone.
#pragma once

#include <string>

#include "cli/terminal/terminal.h"
#include "core/state.h"

namespace weir::cli {

Terminal::Ink ink_of(core::TaskState state);
Terminal::Ink ink_of(core::RunState state);

/// "✓", coloured.
std::string state_sign(const Terminal& terminal, core::TaskState state);

/// "succeeded", coloured.
std::string state_word(const Terminal& terminal, core::RunState state);

}  // namespace weir::cli
