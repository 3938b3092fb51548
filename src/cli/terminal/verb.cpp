#include "cli/terminal/verb.h"

#include <algorithm>
#include <deque>

#include <CLI/CLI.hpp>

#include "base/nearest.h"

namespace weir::cli {

/// A verb that is filled when it is meant.
struct Later {
  std::string name;
  std::string summary;
  Verb::Fill fill;
};

struct Verb::Node {
  CLI::App* app = nullptr;
  Action action{};
  std::deque<Node> children{};
  std::vector<Later> later{};
};

struct CommandLine::Parser {
  CLI::App app;
  Verb::Node root;
  bool as_json = false;
};

namespace {

/// The deepest subcommand that was named on the command line.
const CLI::App* innermost(const CLI::App* app) {
  for (;;) {
    auto parsed = app->get_subcommands();
    if (parsed.empty()) return app;
    app = parsed.back();
  }
}

std::vector<std::string> verbs_of(const CLI::App* app) {
  std::vector<std::string> names;
  for (const auto* child : app->get_subcommands([](const CLI::App*) { return true; })) {
    if (!child->get_group().empty()) names.push_back(child->get_name());
  }
  return names;
}

std::vector<std::string> options_of(const CLI::App* app) {
  std::vector<std::string> names;
  for (const auto* option : app->get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

const CLI::App* verb_named(const CLI::App* app, const std::string& name) {
  auto found = app->get_subcommands([&](const CLI::App* child) { return child->get_name() == name; });
  return found.empty() ? nullptr : found.front();
}

/// An option that takes a value, of the verb or of those above it.
const CLI::Option* valued_option(const CLI::App* app, const std::string& name) {
  for (; app; app = app->get_parent()) {
    const auto* option = app->get_option_no_throw(name);
    if (option) return option->get_expected_max() > 0 ? option : nullptr;
  }
  return nullptr;
}

/// The argument in this place; nullptr when there is none.
const CLI::Option* argument_at(const CLI::App* app, std::size_t place) {
  for (const auto* option : app->get_options()) {
    if (!option->get_positional()) continue;
    if (place == 0 || option->get_expected_max() > 1) return option;
    --place;
  }
  return nullptr;
}

std::vector<Expected::Word> expected_verbs(const CLI::App* app) {
  std::vector<Expected::Word> words;
  for (const auto* child : app->get_subcommands([](const CLI::App*) { return true; })) {
    if (!child->get_group().empty()) words.push_back({child->get_name(), child->get_description()});
  }
  return words;
}

std::vector<Expected::Word> expected_options(const CLI::App* app) {
  std::vector<Expected::Word> words;
  for (; app; app = app->get_parent()) {
    for (const auto* option : app->get_options()) {
      if (!option->get_lnames().empty() && !option->get_group().empty()) {
        words.push_back({"--" + option->get_lnames().front(), option->get_description()});
      }
    }
  }
  return words;
}

std::string full_name(const CLI::App* app) {
  return app->get_parent() ? full_name(app->get_parent()) + " " + app->get_name() : app->get_name();
}

/// One message for whatever CLI11 refused: what, and the nearest verb or option.
Error usage_error(const CLI::App& root, const CLI::ParseError& error) {
  const CLI::App* app = innermost(&root);
  std::string see = "see '" + full_name(app) + " --help'";
  auto extra = root.remaining(true);
  if (!extra.empty()) {
    bool is_option = extra.front().starts_with("-");
    auto known = is_option ? options_of(app) : verbs_of(app);
    std::string near = suggest(extra.front(), known);
    std::string what = is_option       ? "unknown option '"
                       : known.empty() ? "unexpected argument '"
                                       : "unknown verb '";
    return {Code::invalid, what + extra.front() + "'", near.empty() ? see : near};
  }
  return {Code::invalid, error.what(), see};
}

}  // namespace

Verb Verb::verb(const std::string& name, const std::string& summary) {
  auto& child = node_->children.emplace_back();
  child.app = node_->app->add_subcommand(name, summary);
  child.app->fallthrough();
  child.app->require_subcommand(0, 1);
  child.app->allow_extras();
  return Verb(&child);
}

void Verb::verb(const std::string& name, const std::string& summary, Fill fill) {
  node_->later.push_back({name, summary, std::move(fill)});
}

/// The first word alone decides: when it names a verb, no other one can be meant, nor be in the help that is printed.
void Verb::fill_those_meant(int argc, const char* const* argv) {
  auto later = std::exchange(node_->later, {});
  auto named = [&](const Later& verb) { return argc > 1 && verb.name == argv[1]; };
  bool one = std::ranges::any_of(later, named);
  for (const auto& it : later) {
    if (!one || named(it)) it.fill(verb(it.name, it.summary));
  }
}

Verb& Verb::argument(const std::string& name, std::string& target, const std::string& summary) {
  node_->app->add_option(name, target, summary)->required();
  return *this;
}

Verb& Verb::argument(const std::string& name, std::int64_t& target, const std::string& summary) {
  node_->app->add_option(name, target, summary)->required();
  return *this;
}

Verb& Verb::optional_argument(const std::string& name, std::int64_t& target, const std::string& summary) {
  node_->app->add_option(name, target, summary);
  return *this;
}

Verb& Verb::optional_argument(const std::string& name, std::string& target, const std::string& summary) {
  node_->app->add_option(name, target, summary);
  return *this;
}

Verb& Verb::arguments(const std::string& name, std::vector<std::string>& target, const std::string& summary) {
  node_->app->add_option(name, target, summary);
  return *this;
}

Verb& Verb::option(const std::string& flags, std::string& target, const std::string& summary) {
  node_->app->add_option(flags, target, summary);
  return *this;
}

Verb& Verb::option(const std::string& flags, std::int64_t& target, const std::string& summary) {
  node_->app->add_option(flags, target, summary);
  return *this;
}

Verb& Verb::option(const std::string& flags, std::vector<std::string>& target, const std::string& summary) {
  node_->app->add_option(flags, target, summary)->allow_extra_args(false);
  return *this;
}

Verb& Verb::flag(const std::string& flags, bool& target, const std::string& summary) {
  node_->app->add_flag(flags, target, summary);
  return *this;
}

Verb& Verb::hidden() {
  node_->app->group("");
  return *this;
}

Verb& Verb::runs(Action action) {
  node_->action = std::move(action);
  return *this;
}

CommandLine::CommandLine(const std::string& program, const std::string& summary)
    : parser_(std::make_unique<Parser>()) {
  parser_->app.name(program);
  parser_->app.description(summary);
  parser_->app.allow_extras();
  // After a verb, the name of another one is an argument: a flow may be called 'limits'.
  parser_->app.require_subcommand(0, 1);
  parser_->app.add_flag("--json", parser_->as_json, "Print data as JSON");
  parser_->root.app = &parser_->app;
}

CommandLine::~CommandLine() = default;

Verb CommandLine::root() { return Verb(&parser_->root); }

Exit CommandLine::run(int argc, const char* const* argv, Terminal& terminal) {
  root().fill_those_meant(argc, argv);
  try {
    parser_->app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    parser_->app.exit(help);
    return Exit::ok;
  } catch (const CLI::ParseError& error) {
    return terminal.error(usage_error(parser_->app, error));
  }
  const CLI::App* chosen = innermost(&parser_->app);
  Verb::Node* node = &parser_->root;
  while (node->app != chosen) {
    for (auto& child : node->children) {
      if (child.app->parsed()) {
        node = &child;
        break;
      }
    }
  }
  if (!parser_->app.remaining(true).empty()) {
    return terminal.error(usage_error(parser_->app, CLI::ExtrasError({})));
  }
  if (!node->action) {
    terminal.raw(chosen->help());
    return node == &parser_->root ? Exit::ok : Exit::usage;
  }
  terminal.as_json = parser_->as_json;
  return node->action(terminal);
}

Expected CommandLine::expected(std::span<const std::string> typed) {
  const char* const words[] = {"", typed.front().c_str()};
  root().fill_those_meant(typed.size() > 1 ? 2 : 1, words);
  const CLI::App* app = &parser_->app;
  const CLI::Option* option = nullptr;  // its value comes next
  Expected expected;
  for (const auto& word : typed.first(typed.size() - 1)) {
    if (std::exchange(option, nullptr)) continue;
    const auto* verb = expected.given.empty() ? verb_named(app, word) : nullptr;
    if (verb) {
      app = verb;
    } else if (word.starts_with("-")) {
      option = valued_option(app, word);
    } else {
      expected.given.push_back(word);
    }
  }
  if (option) {
    expected.argument = option->get_name();
  } else if (typed.back().starts_with("-")) {
    expected.words = expected_options(app);
  } else if (const auto* argument = argument_at(app, expected.given.size())) {
    expected.argument = argument->get_name();
  } else if (expected.given.empty()) {
    expected.words = expected_verbs(app);
  }
  return expected;
}

}  // namespace weir::cli
