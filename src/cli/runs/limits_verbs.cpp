#include "cli/runs/limits_verbs.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/nearest.h"
#include "cli/session/session.h"
#include "store/slot_locks.h"

namespace weir::cli {
namespace {

Result<std::int64_t> slots_of(const std::string& text) {
  std::int64_t slots = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), slots);
  if (error == std::errc{} && end == text.data() + text.size()) return slots;
  return fail(Code::invalid, fmt::format("'{}' is no number of slots", text),
              "for example: weir limits set db 3");
}

Exit list(Terminal& terminal) {
  auto archive = Archive::open();
  if (!archive) return terminal.error(archive.error());
  auto limits = archive->store->limits();
  if (!limits) return terminal.error(limits.error());
  JsonArray view;
  std::size_t width = 0;
  for (const auto& limit : *limits) {
    view.push_back({{"name", limit.name}, {"slots", limit.slots}});
    width = std::max(width, limit.name.size());
  }
  if (terminal.as_json) return terminal.data_json(std::move(view)), Exit::ok;
  for (const auto& limit : *limits) terminal.data(fmt::format("{:<{}}  {}", limit.name, width, limit.slots));
  if (limits->empty()) terminal.say("no limits are set; flows may declare their own");
  return Exit::ok;
}

Exit set(const std::string& name, const std::string& text, Terminal& terminal) {
  auto slots = slots_of(text);
  if (!slots) return terminal.error(slots.error());
  if (auto fine = store::check_limit({name, *slots}); !fine) return terminal.error(fine.error());
  auto archive = Archive::open();
  if (!archive) return terminal.error(archive.error());
  if (auto done = archive->store->set_limit(name, *slots); !done) return terminal.error(done.error());
  terminal.say(fmt::format("limit '{}' has {} {}", name, *slots, *slots == 1 ? "slot" : "slots"));
  return Exit::ok;
}

Exit remove(const std::string& name, Terminal& terminal) {
  auto archive = Archive::open();
  if (!archive) return terminal.error(archive.error());
  auto limits = archive->store->limits();
  if (!limits) return terminal.error(limits.error());
  std::vector<std::string> names;
  for (const auto& limit : *limits) names.push_back(limit.name);
  if (std::ranges::find(names, name) == names.end()) {
    return terminal.error(
        {Code::not_found, fmt::format("there is no limit '{}'", name), suggest(name, names)});
  }
  if (auto done = archive->store->set_limit(name, std::nullopt); !done) return terminal.error(done.error());
  terminal.say(fmt::format("limit '{}' is gone", name));
  return Exit::ok;
}

}  // namespace

void add_limits_verbs(Verb root) {
  root.verb("limits", "Concurrency limits that tasks share by name", [](Verb limits) {
    limits.verb("list", "Show the limits there are").runs(list);
    auto name = std::make_shared<std::string>();
    auto slots = std::make_shared<std::string>();
    Verb set_verb = limits.verb("set", "Give a limit its size; what runs already goes on");
    set_verb.argument("NAME", *name, "the name that tasks give");
    set_verb.argument("SLOTS", *slots, "how many at a time; 0 holds everything");
    set_verb.runs([name, slots](Terminal& terminal) { return set(*name, *slots, terminal); });
    Verb remove_verb = limits.verb(
        "remove",
        "Take a limit away: flows use their own size again; where there is none, runs that go on wait and "
        "new ones are refused");
    remove_verb.argument("NAME", *name, "the limit");
    remove_verb.runs([name](Terminal& terminal) { return remove(*name, terminal); });
  });
}

}  // namespace weir::cli
