#include "cli/embedded/limit_choice.h"

#include <fmt/format.h>

namespace weir::cli {
namespace {

constexpr std::int64_t mib_max = 1LL << 24;

/// Below it no Python starts.
constexpr std::int64_t memory_mib_min = 64;

Result<void> apply(std::string_view name, std::int64_t said, std::int64_t least, std::int64_t& bytes) {
  if (said == LimitChoice::unsaid) return {};
  if (said < least || said > mib_max)
    return fail(Code::invalid,
                fmt::format("{} must be from {} to {} MiB, not {}", name, least, mib_max, said));
  bytes = said << 20;
  return {};
}

}  // namespace

std::vector<std::string> LimitChoice::as_arguments() const {
  std::vector<std::string> words;
  if (output_mib != unsaid) words.insert(words.end(), {"--output-max", std::to_string(output_mib)});
  if (memory_mib != unsaid) words.insert(words.end(), {"--memory-max", std::to_string(memory_mib)});
  return words;
}

Result<void> LimitChoice::apply_to(workspace::WorkspaceOptions& options) const {
  auto output = apply("--output-max", output_mib, 1, options.output_bytes_max);
  return output ? apply("--memory-max", memory_mib, memory_mib_min, options.memory_bytes_max) : output;
}

}  // namespace weir::cli
