// For tests of verbs that speak to a workspace: one by script, a folder of its own, and the command line in between.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "cli/remote/clusters_verbs.h"
#include "cli/remote/fs_verbs.h"
#include "cli/remote/jobs_verbs.h"
#include "cli/remote/libraries_verbs.h"
#include "cli/remote/secrets_verbs.h"
#include "cli/remote/sql_verb.h"
#include "databricks/client/scripted_workspace.h"

namespace weir::cli::testing {

using namespace databricks::testing;

/// A stream into memory.
struct Stream {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* file = open_memstream(&text, &size);

  std::string take() {
    std::fclose(file);
    std::string taken(text, size);
    std::free(text);
    return taken;
  }
};

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
    add_clusters_verbs(line.root(), connect);
    add_libraries_verbs(line.root(), connect);
    add_secrets_verbs(line.root(), connect);
    add_sql_verb(line.root(), connect);
    add_fs_verbs(line.root(), connect);
    words.insert(words.begin(), "weir");
    std::vector<const char*> arguments;
    for (const auto& word : words) arguments.push_back(word.c_str());
    Stream data;
    Stream people;
    Terminal terminal(data.file, people.file);
    auto exit = line.run(static_cast<int>(arguments.size()), arguments.data(), terminal);
    out = data.take();
    err = people.take();
    return exit;
  }

  std::string out{};  ///< what the last command wrote to standard output
  std::string err{};

  json sent(const std::string& path) const { return parse_json(workspace.seen(path).at(0).body).value(); }
};

}  // namespace weir::cli::testing
