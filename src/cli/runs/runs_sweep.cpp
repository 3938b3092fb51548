#include "cli/runs/runs_sweep.h"

#include <algorithm>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "cli/remote/remote_end.h"
#include "cli/runs/orphans.h"
#include "cli/runs/resume_verbs.h"
#include "cli/session/connect.h"
#include "cli/session/session.h"
#include "cli/terminal/local_time.h"

namespace weir::cli {
namespace {

using databricks::Jobs;
using databricks::PatientClient;
using Owner = Orphan::Owner;

struct Options {
  std::string workspace{};
  bool adopt = false;
  bool cancel = false;
  bool strangers = false;
};

std::string_view name_of(Owner owner) {
  switch (owner) {
    case Owner::interrupted:
      return "interrupted";
    case Owner::ended:
      return "ended";
    case Owner::unknown:
      return "unknown";
  }
  return "unknown";
}

std::string whose(const Orphan& orphan) {
  auto task = orphan.task.empty() ? "" : fmt::format(", task {}", orphan.task);
  switch (orphan.owner) {
    case Owner::interrupted:
      return fmt::format("of run '{}'{}, which was interrupted", orphan.flow_run, task);
    case Owner::ended:
      return fmt::format("of run '{}'{}, which has ended", orphan.flow_run, task);
    case Owner::unknown:
      return "of no run in this state folder";
  }
  return "";
}

json to_json(const Orphan& orphan, std::string_view done) {
  auto or_null = [](const std::string& text) { return text.empty() ? json(nullptr) : json(text); };
  return {{"run_id", orphan.run_id},
          {"run_name", orphan.name},
          {"run_page_url", orphan.url},
          {"state", orphan.state},
          {"started", to_millis(orphan.started)},
          {"owner", name_of(orphan.owner)},
          {"flow_run", or_null(orphan.flow_run)},
          {"task", or_null(orphan.task)},
          {"token", or_null(orphan.token)},
          {"done", or_null(std::string(done))}};
}

/// Asks for the end and waits until it is seen.
Result<void> end_it(const Jobs& jobs, const Orphan& orphan, bool local, const Terminal& terminal) {
  if (auto asked = jobs.cancel(orphan.run_id); !asked) return asked;
  auto ended = see_to_its_end(jobs, orphan.run_id, local, terminal);
  if (!ended) return std::unexpected(ended.error());
  return {};
}

class Sweeping {
 public:
  Sweeping(const Options& options, const Program& program, Terminal& terminal)
      : options_(options), program_(program), terminal_(terminal) {}

  Exit run() {
    if (options_.adopt && options_.cancel) {
      return terminal_.error(
          {Code::invalid, "--adopt and --cancel exclude each other", "choose one of them"});
    }
    if (options_.strangers && !options_.cancel) {
      return terminal_.error({Code::invalid, "--strangers belongs to --cancel",
                              "what no run here has started cannot be adopted here"});
    }
    auto sweep = look();
    if (!sweep) return terminal_.error(sweep.error());
    return options_.adopt ? adopt(*sweep) : tell(*sweep);
  }

 private:
  /// The archive is closed again before anything is resumed.
  Result<Sweep> look() {
    auto archive = Archive::open();
    if (!archive) return std::unexpected(archive.error());
    auto connection = connect_to(chosen_workspace(options_.workspace), terminal_);
    if (!connection) return std::unexpected(connection.error());
    PatientClient client(*connection);
    Jobs jobs(client);
    auto sweep = find_orphans(jobs, *connection, *archive->store);
    if (!sweep || !options_.cancel) return sweep;
    bool local = databricks::is_loopback(connection->host);
    for (auto orphan = sweep->orphans.begin(); orphan != sweep->orphans.end();) {
      if (is_meant(*orphan) && is_in_good_hands(*archive->store, *orphan)) {
        orphan = sweep->orphans.erase(orphan);
        ++sweep->alive;
        continue;
      }
      auto ended = is_meant(*orphan) ? end_it(jobs, *orphan, local, terminal_) : Result<void>{};
      if (!ended) return std::unexpected(ended.error());
      ++orphan;
    }
    return sweep;
  }

  bool is_meant(const Orphan& orphan) const {
    return options_.cancel && (orphan.owner != Owner::unknown || options_.strangers);
  }

  void print_json(const Sweep& sweep, const std::function<std::string_view(const Orphan&)>& done) const {
    JsonArray rows;
    for (const auto& orphan : sweep.orphans) rows.push_back(to_json(orphan, done(orphan)));
    terminal_.data_json(rows);
  }

  Exit tell(const Sweep& sweep) const {
    auto done_to = [this](const Orphan& orphan) { return is_meant(orphan) ? "cancelled" : ""; };
    if (terminal_.as_json) print_json(sweep, done_to);
    for (const auto& orphan : sweep.orphans) {
      if (terminal_.as_json) break;
      std::string_view done = done_to(orphan);
      terminal_.data(fmt::format("{:<16} {}  {:<11} {}  {}", orphan.run_id, local_time(orphan.started),
                                 done.empty() ? orphan.state : done, orphan.name, whose(orphan)));
    }
    say_what_next(sweep);
    return Exit::ok;
  }

  void say_what_next(const Sweep& sweep) const {
    auto count = [&](Owner owner) { return std::ranges::count(sweep.orphans, owner, &Orphan::owner); };
    if (sweep.orphans.empty()) {
      terminal_.say(fmt::format(
          "no orphans: {} active runs in the workspace, {} of them started by weir and in good hands",
          sweep.active, sweep.alive));
    } else if (!options_.cancel) {
      if (count(Owner::interrupted) > 0) {
        terminal_.say("weir runs sweep --adopt resumes what was interrupted, --cancel ends these runs");
      } else if (count(Owner::ended) > 0) {
        terminal_.say("weir runs sweep --cancel ends them");
      }
    }
    if (count(Owner::unknown) > 0 && !options_.strangers) {
      terminal_.say(
          "those of no run here belong to another state folder, or to one that was deleted: --cancel "
          "--strangers ends "
          "them too");
    }
    for (const auto& name : sweep.undecided) {
      terminal_.say(
          fmt::format("run '{}' may have started more, which only resuming it can tell: {} runs resume {}",
                      name, program_.name, name));
    }
  }

  Exit adopt(const Sweep& sweep) {
    std::vector<std::string> names = sweep.undecided;
    for (const auto& orphan : sweep.orphans) {
      bool ours = orphan.owner == Owner::interrupted;
      if (ours && std::ranges::find(names, orphan.flow_run) == names.end()) names.push_back(orphan.flow_run);
    }
    if (names.empty()) return tell(sweep);
    std::set<std::string> adopted;
    Exit all = resume(names, adopted);
    if (terminal_.as_json) {
      print_json(sweep,
                 [&](const Orphan& orphan) { return adopted.contains(orphan.flow_run) ? "adopted" : ""; });
    }
    return all;
  }

  /// One after the other; those that came to their end are `adopted`. With --json, standard output is for the orphans
  /// alone.
  Exit resume(const std::vector<std::string>& names, std::set<std::string>& adopted) {
    Terminal for_people(stderr, stderr);
    Exit all = Exit::ok;
    for (const auto& name : names) {
      auto ended = resume_run(name, options_.workspace, program_, terminal_.as_json ? for_people : terminal_);
      if (ended == Exit::ok || ended == Exit::run_failed) adopted.insert(name);
      if (ended != Exit::ok) all = ended;
      if (ended == Exit::interrupted) break;
    }
    return all;
  }

  const Options& options_;
  const Program& program_;
  Terminal& terminal_;
};

}  // namespace

void add_sweep_verb(Verb runs, const Program& program) {
  auto options = std::make_shared<Options>();
  Verb verb = runs.verb("sweep", "Find runs in the workspace that weir started and nobody waits for");
  verb.flag("--adopt", options->adopt, "Resume the flow runs they belong to, one after the other");
  verb.flag("--cancel", options->cancel, "End them, and wait until they have ended");
  verb.flag("--strangers", options->strangers,
            "With --cancel: also those that no run of this state folder started");
  verb.option("-w,--workspace", options->workspace,
              "Which workspace: a profile of ~/.databrickscfg, an address, or 'embedded'");
  verb.runs([options, &program](Terminal& terminal) { return Sweeping(*options, program, terminal).run(); });
}

}  // namespace weir::cli
