#include "cli/embedded/limit_choice.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::cli;

namespace {

Result<workspace::WorkspaceOptions> applied(const LimitChoice& choice) {
  workspace::WorkspaceOptions options;
  auto done = choice.apply_to(options);
  return done ? Result<workspace::WorkspaceOptions>(options) : std::unexpected(done.error());
}

}  // namespace

TEST_CASE("limits that nobody has said are the workspace's own") {
  auto options = applied({});
  REQUIRE(options);
  CHECK(options->output_bytes_max == workspace::WorkspaceOptions{}.output_bytes_max);
  CHECK(options->memory_bytes_max == 0);
  CHECK(LimitChoice{}.as_arguments().empty());
}

TEST_CASE("limits are said in MiB, and passed on to the command that serves") {
  LimitChoice choice{.output_mib = 2, .memory_mib = 512};
  auto options = applied(choice);
  REQUIRE(options);
  CHECK(options->output_bytes_max == 2 << 20);
  CHECK(options->memory_bytes_max == 512 << 20);
  CHECK(choice.as_arguments() == std::vector<std::string>{"--output-max", "2", "--memory-max", "512"});
}

TEST_CASE("limits that nothing could run with are refused by their name") {
  for (LimitChoice choice :
       {LimitChoice{.output_mib = 0}, LimitChoice{.output_mib = -5}, LimitChoice{.output_mib = 1LL << 50}}) {
    auto refused = applied(choice);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.starts_with("--output-max must be from 1 to"));
  }
  auto refused = applied({.memory_mib = 8});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.starts_with("--memory-max must be from 64 to"));
}
