#include "cli/completion_scripts.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include <fmt/format.h>

#include "base/nearest.h"

namespace weir::cli {
namespace {

// In all of them COMMAND is the program, and FUNCTION a name made of it. Where the program has nothing to offer, files are
// completed.

/// bash splits words at ':' too: the line is split anew, and what it regards as words of their own is taken off.
constexpr std::string_view for_bash =
    R"sh(# COMMAND completion bash > ~/.local/share/bash-completion/completions/COMMAND
# or for this shell only:  source <(COMMAND completion bash)

FUNCTION() {
  local line=${COMP_LINE:0:COMP_POINT} candidate taken=
  local -a words
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  local typed=${words[-1]}
  [[ $COMP_WORDBREAKS == *:* && $typed == *:* ]] && taken=${typed%"${typed##*:}"}
  COMPREPLY=()
  while IFS=$'\t' read -r candidate _; do
    COMPREPLY+=("${candidate#"$taken"}")
  done < <("${words[0]/#\~/$HOME}" complete-words "${words[@]:1}" 2>/dev/null)
}

complete -o bashdefault -o default -F FUNCTION COMMAND
)sh";

constexpr std::string_view for_zsh = R"sh(#compdef COMMAND
# COMMAND completion zsh > ~/.zfunc/_COMMAND      (with fpath+=~/.zfunc before compinit in ~/.zshrc)
# or for this shell only:  source <(COMMAND completion zsh)

FUNCTION() {
  local line
  local -a candidates descriptions
  for line in "${(@f)$("${words[1]/#\~/$HOME}" complete-words "${(@)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)}"; do
    [[ -n $line ]] || continue
    candidates+=("${line%%$'\t'*}")
    descriptions+=("${line/$'\t'/  }")
  done
  if (( $#candidates )); then
    compadd -l -d descriptions -a candidates
  else
    _files
  fi
}

if [[ $funcstack[1] == _COMMAND ]]; then
  FUNCTION "$@"
else
  compdef FUNCTION COMMAND
fi
)sh";

constexpr std::string_view for_fish = R"sh(# COMMAND completion fish > ~/.config/fish/completions/COMMAND.fish
# or for this shell only:  COMMAND completion fish | source

function FUNCTION
    set -l words (commandline -opc)
    $words[1] complete-words $words[2..] (commandline -ct) 2>/dev/null
end

complete -c COMMAND -n 'count (FUNCTION) >/dev/null' -f -a '(FUNCTION)'
)sh";

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
  return text;
}

}  // namespace

Result<std::string> completion_script(const std::string& shell, std::string_view command) {
  const std::vector<std::string> shells{"bash", "zsh", "fish"};
  auto known = std::ranges::find(shells, shell);
  if (known == shells.end()) {
    return fail(Code::invalid, fmt::format("there is no completion for '{}'", shell), suggest(shell, shells));
  }
  std::string function = fmt::format("__complete_{}", command);
  std::ranges::replace_if(function, [](unsigned char letter) { return !std::isalnum(letter); }, '_');
  auto script = shell == "bash" ? for_bash : shell == "zsh" ? for_zsh : for_fish;
  return replaced(replaced(std::string(script), "COMMAND", command), "FUNCTION", function);
}

}  // namespace weir::cli
