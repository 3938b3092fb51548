#include "cli/completion.h"

#include <filesystem>

#include <fmt/format.h>

#include "cli/completion_scripts.h"
#include "cli/flows/python_file.h"
#include "cli/flows/python_flows.h"
#include "cli/session/session.h"
#include "cli/watching/watched_run.h"

namespace weir::cli {
namespace {

using Words = std::vector<Expected::Word>;

constexpr std::size_t runs_max = 50;

Words newest_runs() {
  auto archive = Archive::open();
  if (!archive) return {};
  store::RunFilter filter;
  filter.limit = runs_max;
  auto runs = archive->store->list_runs(filter);
  if (!runs) return {};
  Words words;
  for (const auto& run : *runs) {
    words.push_back({run.name, fmt::format("{}, {}", run.flow, core::name_of(run.state))});
  }
  return words;
}

Words tasks_of(const std::string& name) {
  auto archive = Archive::open();
  if (!archive) return {};
  auto summary = archive->store->find_run(name);
  if (!summary) return {};
  WatchedRun run(*archive->store, *summary);
  Words words;
  auto read = run.read_on([&](const core::Event& event) {
    const auto* added = std::get_if<core::TaskAdded>(&event.fact);
    if (added) words.push_back({added->spec->key, added->spec->kind});
  });
  return words;
}

/// Of a Python file, once its name is complete.
Words flows_in(const std::string& typed) {
  auto colon = typed.rfind(':');
  if (colon == typed.npos) return {};
  std::string file = typed.substr(0, colon);
  Words words;
  for (const auto& flow : python_flows(file)) words.push_back({file + ":" + flow, ""});
  return words;
}

Words flows_of(const Program& program) {
  Words words;
  for (const auto& flow : program.flows) words.push_back({flow.name, ""});
  return words;
}

Words values_of(const Expected& expected, const Program& program, const std::string& typed) {
  if (expected.argument == "RUN") return newest_runs();
  if (expected.argument == "TASK" && !expected.given.empty()) return tasks_of(expected.given.front());
  if (expected.argument == "FLOW" && !program.flows.empty()) return flows_of(program);
  if (expected.argument == "FILE" || expected.argument == "FLOW") return flows_in(typed);
  if (expected.argument == "SHELL") return {{"bash", ""}, {"zsh", ""}, {"fish", ""}};
  return {};
}

Exit print_script(const std::string& shell, const Program& program, Terminal& terminal) {
  auto command = std::filesystem::path(program.name).filename().string();
  auto script = completion_script(shell, command);
  if (!script) return terminal.error(script.error());
  terminal.raw(*script);
  return Exit::ok;
}

}  // namespace

Exit complete(CommandLine& line, const Program& program, std::vector<std::string> typed, Terminal& terminal) {
  if (typed.empty()) typed.emplace_back();
  auto expected = line.expected(typed);
  const auto& last = typed.back();
  auto words = expected.argument.empty() ? std::move(expected.words) : values_of(expected, program, last);
  for (const auto& word : words) {
    if (word.text.starts_with(last)) terminal.data(fmt::format("{}\t{}", word.text, word.summary));
  }
  return Exit::ok;
}

void add_completion_verb(Verb root, const Program& program) {
  root.verb(
      "completion", "Print what makes bash, zsh or fish complete the words of this program",
      [&program](Verb verb) {
        auto shell = std::make_shared<std::string>();
        verb.argument("SHELL", *shell,
                      "bash, zsh or fish; the first lines of what is printed say where it goes");
        verb.runs([shell, &program](Terminal& terminal) { return print_script(*shell, program, terminal); });
      });
}

}  // namespace weir::cli
