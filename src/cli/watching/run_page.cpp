#include "cli/watching/run_page.h"

#include <fstream>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/json.h"
#include "cli/watching/tally.h"
#include "cli/watching/task_line.h"
#include "net/http.h"

namespace weir::cli {
namespace {

constexpr auto owner_only = std::filesystem::perms::owner_read | std::filesystem::perms::owner_write;
constexpr std::size_t tasks_shown_max = 500;
constexpr std::size_t failed_elements_max = 20;  ///< of one mapped task

constexpr std::string_view style =
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:3rem auto;padding:0 1rem;color:#1d2733;"
    "background:#fbfcfd}h1{font-size:1.4rem}table{border-collapse:collapse;width:100%}"
    "td,th{text-align:left;padding:.4rem .8rem;border-bottom:1px solid #e3e8ee;vertical-align:top}"
    "pre{white-space:pre-wrap;margin:.3rem 0;font-size:13px;color:#8a1f11}.succeeded{color:#13703c}"
    ".failed{color:#b3261e}.running,.retrying{color:#1557b0}.upstream_failed,.cancelled,.paused{color:#"
    "8a5a00}"
    ".pending,.skipped,.dim{color:#6b7785}";

std::string escaped(std::string_view text) {
  std::string result;
  for (char c : text) {
    switch (c) {
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '&':
        result += "&amp;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string remote_cell(const core::Run& run, core::TaskIndex task) {
  const json* remote = run.remote(task);
  if (!remote) return {};
  std::string id = find_int(*remote, "run_id") ? fmt::format("run {}", *find_int(*remote, "run_id")) : "";
  auto url = find_string(*remote, "run_page_url");
  bool web = url && (url->starts_with("http://") || url->starts_with("https://"));
  return web ? fmt::format("<a href=\"{}\">{}</a>", escaped(*url), id) : id;
}

/// "51,200 of 100,000 ended, 3 failed" for a mapped task.
std::string elements_text(const core::Run& run, core::TaskIndex task) {
  const auto& stage = run.stage(run.stage_of(task));
  if (!run.is_mapped(task) || !stage.expanded) return {};
  auto counts = counts_of(stage);
  auto failed = counts.in(core::TaskState::failed);
  return fmt::format("{} of {} ended{}", grouped(counts.ended()), grouped(counts.total()),
                     failed > 0 ? fmt::format(", {} failed", grouped(failed)) : "");
}

std::string row(const core::Run& run, core::TaskIndex task) {
  auto started = run.task_started(task);
  auto ended = run.task_ended(task);
  std::string took = started && ended ? to_text(*ended - *started) : "";
  const auto* failure = run.failure(task);
  std::string trouble =
      failure
          ? fmt::format("<pre>{}</pre>", escaped(failure->trace.empty() ? failure->message : failure->trace))
          : "";
  auto state = core::name_of(run.state(task));
  return fmt::format(
      "<tr><td>{}{}</td><td class=\"{}\">{}</td><td>{}</td><td>{}{}</td><td class=\"dim\">{}</td></tr>\n",
      escaped(run.key(task)), trouble, state, run.is_cached(task) ? "cached" : state, took,
      remote_cell(run, task), elements_text(run, task), escaped(run.spec(task).kind));
}

/// Declared tasks in their order, mapped ones followed by the first elements that failed.
std::vector<core::TaskIndex> tasks_shown(const core::Run& run) {
  std::vector<core::TaskIndex> tasks;
  for (core::StageIndex i = 0; i < run.stage_count() && tasks.size() < tasks_shown_max; ++i) {
    tasks.push_back(run.stage(i).head);
    auto failed = failed_elements(run, run.stage(i), failed_elements_max);
    tasks.insert(tasks.end(), failed.begin(), failed.end());
  }
  return tasks;
}

std::string page_of(const core::Run& run) {
  const auto& about = run.about();
  std::string rows;
  for (auto task : tasks_shown(run)) rows += row(run, task);
  auto counts = counts_of(run);
  std::string more =
      counts.total() > tasks_shown_max
          ? fmt::format("<p class=\"dim\">{} of {} tasks have ended; the page shows the first {}</p>",
                        grouped(counts.ended()), grouped(counts.total()), tasks_shown_max)
          : "";
  std::string refresh = is_terminal(run.state()) ? "" : "<meta http-equiv=\"refresh\" content=\"1\">";
  auto state = run.is_paused() ? std::string_view("paused") : core::name_of(run.state());
  return fmt::format(
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{0} · {1}</title>{2}<style>{3}</style>"
      "<h1>{0} <span class=\"dim\">·</span> {1} <span class=\"{4}\">{4}</span></h1>"
      "<p class=\"dim\">{5} · parameters "
      "{6}</p>\n<table><tr><th>task<th>state<th>took<th>where<th>kind</tr>\n{7}</table>"
      "{8}</html>\n",
      escaped(about.flow), escaped(about.name), refresh, style, state, about.id,
      escaped(to_text(json(about.parameters))), rows, more);
}

}  // namespace

std::filesystem::path RunPage::file(const std::string& run_name) const {
  return folder_ / (run_name + ".html");
}

std::string RunPage::link(const std::string& run_name) const {
  std::string link = "file://";
  for (const auto& part : file(run_name)) {
    if (part != "/") link += "/" + net::percent_encode(part.string());
  }
  return link;
}

void RunPage::write(const core::Run& run) const {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  auto target = file(run.about().name);
  auto fresh = target;
  fresh += ".new";
  std::ofstream page(fresh, std::ios::trunc);
  std::filesystem::permissions(fresh, owner_only, error);  // before anything is in it
  page << page_of(run);
  page.close();
  std::filesystem::rename(fresh, target, error);
}

void RunPage::erase(const std::string& run_name) const {
  std::error_code error;
  std::filesystem::remove(file(run_name), error);
}

}  // namespace weir::cli
