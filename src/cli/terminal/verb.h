// The command line as a tree of verbs. CLI11 does the parsing and stays in verb.cpp; command files only see
// this.
//
//   root.verb("jobs", "Databricks jobs of the workspace", [](Verb jobs) {
//     auto options = std::make_shared<Options>();
//     jobs.verb("get", "Show one job").argument("JOB", options->job, "id or name").runs([options](Terminal& out) {…});
//   });
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cli/terminal/terminal.h"

namespace weir::cli {

/// Targets must outlive the parse; keep them in a shared_ptr that the action captures. Every verb understands
/// --help, and --json where reading makes sense (Terminal::as_json).
class Verb {
 public:
  using Action = std::function<Exit(Terminal&)>;
  using Fill = std::function<void(Verb)>;

  Verb verb(const std::string& name, const std::string& summary);

  /// The same with everything below it: `fill` is called by CommandLine::run, and only if the command line may mean
  /// this verb, since making them all takes longer than what many of them do.
  void verb(const std::string& name, const std::string& summary, Fill fill);

  /// Positional arguments, in order.
  Verb& argument(const std::string& name, std::string& target, const std::string& summary);
  Verb& argument(const std::string& name, std::int64_t& target, const std::string& summary);
  Verb& optional_argument(const std::string& name, std::string& target, const std::string& summary);
  Verb& optional_argument(const std::string& name, std::int64_t& target, const std::string& summary);
  Verb& arguments(const std::string& name, std::vector<std::string>& target, const std::string& summary);

  /// `flags` as in "-p,--parameter".
  Verb& option(const std::string& flags, std::string& target, const std::string& summary);
  Verb& option(const std::string& flags, std::int64_t& target, const std::string& summary);
  Verb& option(const std::string& flags, std::vector<std::string>& target, const std::string& summary);
  Verb& flag(const std::string& flags, bool& target, const std::string& summary);

  Verb& hidden();  ///< left out of --help
  Verb& runs(Action action);

 private:
  friend class CommandLine;
  struct Node;
  explicit Verb(Node* node) : node_(node) {}
  void fill_those_meant(int argc, const char* const* argv);
  Node* node_;
};

/// What may come at the end of a command line that is being typed.
struct Expected {
  struct Word {
    std::string text{};
    std::string summary{};
  };
  std::vector<Word> words{};  ///< verbs or options; all of them, whatever was typed of one
  std::string
      argument{};  ///< whose value it is: the name of an argument, as "RUN", or of an option; or empty
  std::vector<std::string> given{};  ///< the arguments before it
};

/// The whole command line. Owns the tree; verbs point into it.
class CommandLine {
 public:
  CommandLine(const std::string& program, const std::string& summary);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;

  Verb root();

  /// Parses and runs the chosen verb. Wrong usage prints one message with the nearest verb and returns
  /// Exit::usage.
  Exit run(int argc, const char* const* argv, Terminal& terminal);

  /// `typed` are the words after the program's name; the last is not complete, and may be empty. Call it once, and
  /// instead of run().
  Expected expected(std::span<const std::string> typed);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace weir::cli
