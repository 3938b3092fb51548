// weir_sim: runs the production core and engine in simulated worlds, one for each seed.
//
//   weir_sim --first 1 --seeds 100        a hundred seeds; stops at the first violation
//   weir_sim --seed 42 --trace            one seed, with every step
//   weir_sim --bug "…" --seeds 100        with a planted bug: finding it is the success
//   weir_sim --list-bugs
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#include <unistd.h>

#include "base/planted.h"
#include "contents.h"
#include "violation.h"
#include "world.h"

namespace weir {

/// Production code would stop the process here. A simulated world stops instead, and tells its seed.
void check_failed(const char* condition, const char* why, const char* file, int line) {
  sim::violate("{}:{}: broken invariant: {} ({})", file, line, why, condition);
}

}  // namespace weir

namespace weir::sim {
namespace {

constexpr std::size_t trace_lines_shown = 30;
constexpr unsigned seconds_a_seed_max = 20;
std::uint64_t current_seed = 0;

struct Options {
  std::uint64_t first = 1;
  std::uint64_t seeds = 100;
  bool trace = false;
  std::string bug{};
};

/// A disturbed world ends like an undisturbed one, as far as nothing in it is a race.
void check_same_ends(const World& disturbed, const World& undisturbed) {
  auto expected = undisturbed.ends();
  for (const auto& [index, end] : disturbed.ends()) {
    const auto& plan = disturbed.plan().runs[index];
    if (plan.racing) continue;
    const auto& wanted = expected.at(index);
    for (const auto& [key, task] : end.tasks) {
      auto other = wanted.tasks.find(key);
      demand(other != wanted.tasks.end(), "{} has a task '{}' that it has not, undisturbed", plan.title(),
             key);
      demand(task == other->second, "'{}' of {} {} with {} and, undisturbed, {} with {}", key, plan.title(),
             name_of(task.phase), to_text(task.value), name_of(other->second.phase),
             to_text(other->second.value));
    }
    demand(end.tasks.size() == wanted.tasks.size(), "{} has {} tasks and, undisturbed, {}", plan.title(),
           end.tasks.size(), wanted.tasks.size());
    demand(end.state == wanted.state, "{} ended as {} and, undisturbed, as {}", plan.title(),
           core::name_of(end.state), core::name_of(wanted.state));
  }
}

/// What was violated, or nothing.
std::string try_seed(std::uint64_t seed, bool tracing, Totals& totals, std::vector<std::string>* lines) {
  alarm(seconds_a_seed_max);
  forget_contents();
  World world(seed, true, tracing);
  std::string sentence;
  try {
    world.run();
    World undisturbed(seed, false, false);
    undisturbed.run();
    check_same_ends(world, undisturbed);
  } catch (const Violation& violation) {
    sentence = violation.what();
  } catch (const std::exception& error) {
    sentence = fmt::format("an exception went through: {}", error.what());
  }
  totals.add(world.totals());
  if (lines) *lines = world.trace().lines();
  return sentence;
}

void tell(const std::vector<std::string>& lines, std::size_t most) {
  std::size_t from = lines.size() > most ? lines.size() - most : 0;
  if (from > 0) fmt::print("  … {} lines before\n", from);
  for (std::size_t i = from; i < lines.size(); ++i) fmt::print("  {}\n", lines[i]);
}

int report(std::uint64_t seed, const std::string& sentence, const std::string& bug) {
  Totals ignored;
  std::vector<std::string> lines;
  std::string again = try_seed(seed, true, ignored, &lines);
  fmt::print("violation in seed {}: {}\n", seed, sentence);
  if (again != sentence)
    fmt::print("the replay told something else: {}\n", again.empty() ? "nothing" : again);
  tell(lines, trace_lines_shown);
  fmt::print("replay: ./dev sim --seed {} --trace{}\n", seed,
             bug.empty() ? "" : fmt::format(" --bug '{}'", bug));
  return 1;
}

int run_seeds(const Options& options) {
  Totals totals;
  for (std::uint64_t seed = options.first; seed < options.first + options.seeds; ++seed) {
    current_seed = seed;
    auto sentence = try_seed(seed, false, totals, nullptr);
    if (!sentence.empty()) return report(seed, sentence, options.bug);
  }
  fmt::print("{} seeds: no violation. {} events, {} deaths of processes, {:.1f} simulated hours, {} steps\n",
             options.seeds, totals.events, totals.deaths,
             std::chrono::duration<double>(totals.lived).count() / 3600, totals.steps);
  if (!options.bug.empty() && planted_bug_hits == 0) fmt::print("the place of the bug was never reached\n");
  return 0;
}

int run_traced(const Options& options) {
  Totals totals;
  std::vector<std::string> lines;
  current_seed = options.first;
  auto sentence = try_seed(options.first, true, totals, &lines);
  tell(lines, lines.size());
  fmt::print("seed {}: {}\n", options.first, sentence.empty() ? "no violation" : sentence);
  return sentence.empty() ? 0 : 1;
}

/// A seed that ends the simulator itself still tells its number.
extern "C" void on_signal(int signal) {
  char text[128];
  auto end = fmt::format_to_n(text, sizeof text, "violation in seed {}: {}\n", current_seed,
                              signal == SIGALRM ? "it never ends" : "the program broke down");
  [[maybe_unused]] auto written = write(STDOUT_FILENO, text, end.size);
  _exit(1);
}

[[noreturn]] void usage() {
  fmt::print(stderr, "usage: weir_sim [--first S] [--seeds N] [--seed S] [--trace] [--bug NAME]\n");
  std::exit(2);
}

std::uint64_t number_from(std::string_view text) {
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) usage();
  return number;
}

Options read(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    std::string_view option = argv[i];
    if (option == "--trace") {
      options.trace = true;
      continue;
    }
    if (++i == argc) usage();
    std::string_view value = argv[i];
    if (option == "--first") {
      options.first = number_from(value);
    } else if (option == "--seeds") {
      options.seeds = number_from(value);
    } else if (option == "--seed") {
      options.first = number_from(value);
      options.seeds = 1;
    } else if (option == "--bug") {
      options.bug = value;
    } else {
      usage();
    }
  }
  return options;
}

}  // namespace
}  // namespace weir::sim

int main(int argc, char** argv) {
  using namespace weir::sim;
  auto options = read(argc, argv);
  weir::planted_bug = options.bug;
  for (int signal : {SIGALRM, SIGSEGV, SIGBUS, SIGFPE, SIGABRT}) std::signal(signal, on_signal);
  return options.trace ? run_traced(options) : run_seeds(options);
}
