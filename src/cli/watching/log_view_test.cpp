#include "cli/watching/log_view.h"

#include <doctest/doctest.h>

#include "cli/terminal/shown_text.h"

using namespace weir;
using namespace weir::cli;

namespace {

store::LogEntry entry(const std::string& task, const std::string& text, std::uint32_t attempt = 1,
                      const std::string& level = "info") {
  return {task, attempt, {Instant{std::chrono::milliseconds{1'700'000'000'123}}, level, text}};
}

}  // namespace

TEST_CASE(
    "a task chooses its lines, a mapped task those of all its elements, and nobody those of a longer name") {
  LogChoice choice;
  choice.task = "clean";
  CHECK(is_chosen(choice, entry("clean", "")));
  CHECK(is_chosen(choice, entry("clean[17]", "")));
  CHECK_FALSE(is_chosen(choice, entry("cleanup", "")));
  choice.task = "clean[1]";
  CHECK(is_chosen(choice, entry("clean[1]", "")));
  CHECK_FALSE(is_chosen(choice, entry("clean[17]", "")));
}

TEST_CASE("a level chooses itself and what is more serious, an attempt only itself") {
  LogChoice choice;
  choice.level_rank = store::log_level_rank("warning").value();
  CHECK_FALSE(is_chosen(choice, entry("a", "", 1, "info")));
  CHECK(is_chosen(choice, entry("a", "", 1, "warning")));
  CHECK(is_chosen(choice, entry("a", "", 2, "error")));
  choice.attempt = 2;
  CHECK_FALSE(is_chosen(choice, entry("a", "", 1, "error")));
}

TEST_CASE("what is said about the log as a whole is always shown") {
  LogChoice choice;
  choice.task = "clean";
  choice.attempt = 3;
  CHECK(is_chosen(choice,
                  entry(std::string(store::whole_run), "12 further lines were not kept", 0, "warning")));
}

TEST_CASE("lines of several tasks begin with their task, those of one are as they were printed") {
  testing::ShownText shown;
  LogChoice choice;
  CHECK(log_text(choice, shown.terminal, entry("clean[17]", "hello")) == "clean[17] │ hello");
  CHECK(log_text(choice, shown.terminal, entry("clean[17]", "hello", 2)) == "clean[17] (attempt 2) │ hello");
  choice.several_tasks = false;
  CHECK(log_text(choice, shown.terminal, entry("clean", "  hello ")) == "  hello ");
  choice.with_time = true;
  auto line = log_text(choice, shown.terminal, entry("clean", "hello", 1, "warning"));
  CHECK(line.ends_with(":20.123 warning hello"));
}

TEST_CASE("of one task with several attempts, each but the first has a heading on the other stream") {
  testing::ShownText shown;
  LogChoice choice;
  choice.several_tasks = false;
  LogView view(shown.terminal, choice);
  view.show(entry("a", "one"));
  view.show(entry("a", "two", 2));
  view.show(entry("a", "three", 2));
  view.flush();
  CHECK(shown.data.text() == "one\ntwo\nthree\n");
  CHECK(shown.people.text() == "── attempt 2\n");
}

TEST_CASE("as JSON a line has everything that is known of it") {
  testing::ShownText shown;
  shown.terminal.as_json = true;
  auto line = parse_json(log_text({}, shown.terminal, entry("clean[17]", "hello", 2, "error"))).value();
  CHECK(line.at("at").as_int64() == 1'700'000'000'123);
  CHECK(line.at("task") == "clean[17]");
  CHECK(line.at("attempt") == 2);
  CHECK(line.at("level") == "error");
  CHECK(line.at("text") == "hello");
}
