// For tests of verbs that speak to a workspace: one by script, a folder of its own, and the command line in between.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "cli/fs_verbs.h"
#include "cli/jobs_verbs.h"
#include "databricks/client/scripted_workspace.h"

namespace weir::cli::testing {

using namespace databricks::testing;

/// Ends with everything it made.
struct World {
  ScriptedWorkspace workspace{};
  std::filesystem::path folder = make_folder();

  ~World() { std::filesystem::remove_all(folder); }
  static std::filesystem::path make_folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "weir-cli-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()));
    return pattern;
  }

  std::string write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((folder / name).parent_path());
    std::ofstream(folder / name) << text;
    return (folder / name).string();
  }

  Exit run(std::vector<std::string> words) {
    CommandLine line("weir", "test");
    auto connect = [this](const Terminal&) -> Result<databricks::Connection> {
      return databricks::Connection{"profile dev", workspace.host(), databricks::Credential("t")};
    };
    add_jobs_verbs(line.root(), connect);
    add_fs_verbs(line.root(), connect);
    words.insert(words.begin(), "weir");
    std::vector<const char*> arguments;
    for (const auto& word : words) arguments.push_back(word.c_str());
    Terminal terminal;
    return line.run(static_cast<int>(arguments.size()), arguments.data(), terminal);
  }

  json sent(const std::string& path) const { return parse_json(workspace.seen(path).at(0).body).value(); }
};

}  // namespace weir::cli::testing
