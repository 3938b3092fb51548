#include "cli/runs/orphans.h"

#include <doctest/doctest.h>

#include "base/scratch.h"
#include "databricks/client/scripted_workspace.h"
#include "databricks/wire/mark.h"
#include "runtime/token.h"

using namespace weir;
using namespace weir::cli;
using namespace weir::databricks::testing;

namespace {

/// A state folder seen by the sweep and by another process that begins runs, and a workspace by script.
struct World {
  Scratch scratch{};
  SystemRandom random{};
  std::unique_ptr<store::Store> ours = store::open_sqlite_store(scratch.path(), random).value();
  std::unique_ptr<store::Store> theirs = store::open_sqlite_store(scratch.path(), random).value();
  ScriptedWorkspace workspace{};
  databricks::Connection connection{"profile dev", workspace.host(), databricks::Credential("t")};

  store::RunSummary begin() {
    core::RunStarted started;
    started.id = "0190aaaa";
    started.name = "brave-otter";
    return theirs->begin_run(started, Instant{}, {}).value();
  }

  Scripted list_with_run_of(std::string_view id) {
    auto token = runtime::token_of(runtime::token_stem(ours->id(), id), 0, 1);
    json run = {{"run_id", 42}, {"state", {{"life_cycle_state", "RUNNING"}}}};
    run.get_object()["tasks"] = JsonArray{json{{"task_key", "main"}}};
    databricks::put_mark(run, "a task of brave-otter", token);
    return ok({{"runs", JsonArray{std::move(run)}}});
  }
};

}  // namespace

TEST_CASE("a run that is begun while the workspace answers is no orphan") {
  World world;
  std::unique_ptr<store::Lease> lease;
  databricks::PatientClient client(
      world.connection, {.wait = [&](Duration) { lease = world.theirs->lease(world.begin()).value(); }});
  world.workspace.on("/runs/list",
                     {refused(503, "TEMPORARILY_UNAVAILABLE", "later"), world.list_with_run_of("0190aaaa")});
  auto sweep = find_orphans(databricks::Jobs(client), world.connection, *world.ours);
  REQUIRE(sweep);
  CHECK(sweep->orphans.empty());
  CHECK(sweep->alive == 1);
}

TEST_CASE("an orphan whose flow run somebody has resumed since is in good hands") {
  World world;
  auto run = world.begin();
  Orphan orphan{.owner = Orphan::Owner::interrupted, .flow_run = run.name};
  CHECK_FALSE(is_in_good_hands(*world.ours, orphan));
  auto lease = world.theirs->lease(run).value();
  CHECK(is_in_good_hands(*world.ours, orphan));
  CHECK_FALSE(is_in_good_hands(*world.ours, Orphan{.owner = Orphan::Owner::unknown}));
}
