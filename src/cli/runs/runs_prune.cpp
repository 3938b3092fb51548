#include "cli/runs/runs_prune.h"

#include <fmt/format.h>

#include "base/duration.h"
#include "cli/session/session.h"
#include "cli/watching/run_page.h"
#include "cli/watching/state_look.h"
#include "cli/watching/tally.h"

namespace weir::cli {
namespace {

constexpr std::size_t runs_named_max = 20;

struct Options {
  std::string older_than{};
  std::int64_t keep = 0;
  bool dry_run = false;
};

/// Without a condition every finished run would go: that has to be said.
Result<store::PruneOptions> prune_options_of(const Options& options, Instant now) {
  if (options.older_than.empty() && options.keep == 0) {
    return fail(
        Code::invalid, "which runs are to go?",
        "give --older-than 30d, or --keep 100 for the newest of each flow, or both; --dry-run only tells");
  }
  if (options.keep < 0) return fail(Code::invalid, "--keep is a number of runs");
  store::PruneOptions prune{
      .keep_newest = static_cast<std::size_t>(options.keep), .now = now, .dry_run = options.dry_run};
  if (options.older_than.empty()) return prune;
  auto age = parse_duration(options.older_than);
  if (!age) return std::unexpected(within("--older-than", age.error()));
  prune.finished_before = now - *age;
  return prune;
}

void tell(const store::Pruned& pruned, bool dry_run, const Terminal& terminal) {
  if (terminal.as_json) {
    JsonArray names;
    for (const auto& run : pruned.runs) names.emplace_back(run.name);
    return terminal.data_json({{"runs", std::move(names)},
                               {"cached_results", pruned.cached_results},
                               {"bytes", pruned.bytes},
                               {"dry_run", dry_run}});
  }
  for (std::size_t i = 0; i < pruned.runs.size() && i < runs_named_max; ++i) {
    const auto& run = pruned.runs[i];
    terminal.data(fmt::format("{}  {}  {}", run.name, run.flow, state_word(terminal, run.state)));
  }
  if (pruned.runs.size() > runs_named_max) {
    terminal.data(fmt::format("… and {} more", grouped(pruned.runs.size() - runs_named_max)));
  }
  terminal.say(
      fmt::format("{} {} runs and {} cached results{}", dry_run ? "would remove" : "removed",
                  grouped(pruned.runs.size()), pruned.cached_results,
                  dry_run ? "" : fmt::format(", {:.1f} MiB", static_cast<double>(pruned.bytes) / (1 << 20))));
}

/// Files of cached results that the cache has forgotten.
void drop_forgotten(store::Store& store, store::ResultFiles& results, Instant now) {
  for (const auto& key : results.cache_keys()) {
    auto kept = store.cached(key, now);
    if (kept && !*kept) results.erase_all(store::cache_owner(key));
  }
}

Exit prune(const Options& options, const Terminal& terminal) {
  auto wanted = prune_options_of(options, SystemClock{}.now());
  if (!wanted) return terminal.error(wanted.error());
  auto archive = Archive::open();
  if (!archive) return terminal.error(archive.error());
  auto log = archive->log();
  auto results = archive->results();
  RunPage pages(archive->folder);
  auto pruned = archive->store->prune(*wanted, [&](const store::RunSummary& run) {
    log.erase(run.id);
    pages.erase(run.name);
    results->erase_all(run.id);
  });
  if (!pruned) return terminal.error(pruned.error());
  if (!options.dry_run) drop_forgotten(*archive->store, *results, wanted->now);
  tell(*pruned, options.dry_run, terminal);
  return Exit::ok;
}

}  // namespace

void add_prune_verb(Verb runs) {
  auto options = std::make_shared<Options>();
  Verb verb = runs.verb("prune", "Take finished runs away for good, with their logs and stored results");
  verb.option("--older-than", options->older_than, "Runs that finished longer ago than this: 12h, 30d");
  verb.option("--keep", options->keep, "… but not the newest of each flow, this many");
  verb.flag("--dry-run", options->dry_run, "Only tell which");
  verb.runs([options](Terminal& terminal) { return prune(*options, terminal); });
}

}  // namespace weir::cli
