#include "cli/runs/runs_result.h"

#include <fmt/format.h>

#include "base/nearest.h"
#include "cli/session/session.h"
#include "cli/watching/stored_result.h"
#include "cli/watching/watched_run.h"

namespace weir::cli {
namespace {

struct Options {
  std::string run{};
  std::string task{};
};

Result<core::TaskIndex> task_of(const core::Run& run, const std::string& key) {
  auto task = run.index_of(key);
  if (task && run.value(*task)) return *task;
  auto name = run.about().name;
  if (task) {
    return fail(Code::not_found, fmt::format("task '{}' of run '{}' has no result: it is {}", key, name,
                                             core::name_of(run.state(*task))));
  }
  std::vector<std::string> keys;
  for (core::StageIndex i = 0; i < run.stage_count(); ++i) keys.push_back(run.stage(i).spec->key);
  return fail(Code::not_found, fmt::format("run '{}' has no task '{}'", name, key), suggest(key, keys));
}

/// A file that is gone was dropped, as far as anybody can tell.
Error explained(Error error, const core::Run& run, const std::string& key) {
  if (error.code != Code::not_found || run.state() != core::RunState::succeeded) return error;
  error.message =
      fmt::format("the result of '{}' was dropped when run '{}' had succeeded", key, run.about().name);
  error.hint = fmt::format("say persist: true to keep it, or make it again: weir runs retry {} --from {}",
                           run.about().name, key);
  return error;
}

/// What no JSON can show: where it is.
Exit tell_where(const json& value, const core::Run& run, store::ResultFiles& files,
                const Terminal& terminal) {
  auto stored = core::stored_value_from(value);
  auto path = stored ? files.path_of(run.about().id, stored->file).string() : "";
  if (terminal.as_json) {
    JsonObject view = value.get_object();
    if (stored) view["path"] = path;
    terminal.data_json(std::move(view));
    return Exit::ok;
  }
  terminal.data(fmt::format("{}{}{}", size_and_text(value), path.empty() ? "" : "\n", path));
  return Exit::ok;
}

Exit result(const Options& options, const Terminal& terminal) {
  auto archive = Archive::open();
  if (!archive) return terminal.error(archive.error());
  auto summary = archive->store->find_run(options.run);
  if (!summary) return terminal.error(summary.error());
  WatchedRun watched(*archive->store, *summary);
  if (auto read = watched.read_on([](const core::Event&) {}); !read) return terminal.error(read.error());
  const auto& run = watched.run();
  auto task = task_of(run, options.task);
  if (!task) return terminal.error(task.error());

  const json& value = *run.value(*task);
  auto files = archive->results();
  auto stored = core::stored_value_from(value);
  if (stored && !files->size_of(run.about().id, stored->file)) {
    return terminal.error(explained({Code::not_found, "the stored result is gone"}, run, options.task));
  }
  bool opaque =
      core::is_wrapped(value) && string_or(value.get_object().begin()->value(), "codec", "") != "json";
  if (opaque) return tell_where(value, run, *files, terminal);
  StoredResults results(*files);
  // Opaque values inside of a list stay references; the rest is shown as what it is.
  auto plain =
      core::is_wrapped(value) ? core::plain_value(value, run.about().id, results) : Result<json>(value);
  if (!plain) return terminal.error(explained(plain.error(), run, options.task));
  terminal.data_json(*plain);
  return Exit::ok;
}

}  // namespace

void add_result_verb(Verb runs) {
  auto options = std::make_shared<Options>();
  Verb verb = runs.verb("result", "What a task gave: its JSON, or where a value of another form is stored");
  verb.argument("RUN", options->run, "name or id of the run");
  verb.argument("TASK", options->task, "its key; load[3] for an element of a mapped task");
  verb.runs([options](Terminal& terminal) { return result(*options, terminal); });
}

}  // namespace weir::cli
