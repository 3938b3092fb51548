// Completion in bash, zsh and fish: a short script for the shell, which asks this program what may come next. So it knows
// every verb and option there is, the flows of a file, and the runs and their tasks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/terminal/program.h"
#include "cli/terminal/verb.h"

namespace weir::cli {

/// As first argument, it asks for completion of those that follow.
inline constexpr std::string_view complete_word = "complete-words";

/// Prints what the last of `typed` may become, a line each: the word, a tab, a summary. Nothing at all where a shell
/// knows better: files.
Exit complete(CommandLine& line, const Program& program, std::vector<std::string> typed, Terminal& terminal);

/// completion bash|zsh|fish
void add_completion_verb(Verb root, const Program& program);

}  // namespace weir::cli
