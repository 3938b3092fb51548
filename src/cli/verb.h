// The command line as a tree of verbs. CLI11 does the parsing and stays in verb.cpp; command files only see this.
//
//   Verb jobs = root.verb("jobs", "Databricks jobs of the workspace");
//   auto options = std::make_shared<Options>();
//   jobs.verb("get", "Show one job").argument("JOB", options->job, "id or name").runs([options](Terminal& out) {…});
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/terminal.h"

namespace weir::cli {

/// Targets must outlive the parse; keep them in a shared_ptr that the action captures.
class Verb {
 public:
  using Action = std::function<Exit(Terminal&)>;

  Verb verb(const std::string& name, const std::string& summary);

  /// Positional arguments, in order.
  Verb& argument(const std::string& name, std::string& target, const std::string& summary);
  Verb& optional_argument(const std::string& name, std::string& target, const std::string& summary);
  Verb& arguments(const std::string& name, std::vector<std::string>& target, const std::string& summary);

  /// `flags` as in "-p,--parameter".
  Verb& option(const std::string& flags, std::string& target, const std::string& summary);
  Verb& option(const std::string& flags, std::int64_t& target, const std::string& summary);
  Verb& option(const std::string& flags, std::vector<std::string>& target, const std::string& summary);
  Verb& flag(const std::string& flags, bool& target, const std::string& summary);

  Verb& runs(Action action);

 private:
  friend class CommandLine;
  struct Node;
  explicit Verb(Node* node) : node_(node) {}
  Node* node_;
};

}  // namespace weir::cli
