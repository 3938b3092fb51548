#include "cli/embedded/warm_choice.h"

#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <thread>

#include <fmt/format.h>

#include "workspace/spark/drivers.h"
#include "workspace/spark/machine_memory.h"

namespace weir::cli {
namespace {

constexpr std::int64_t drivers_max = 64;
constexpr std::int64_t memory_mib_max = 1LL << 24;
constexpr auto variable = "WEIR_WARM_DRIVERS";

Result<std::int64_t> checked(std::string_view name, std::int64_t number, std::int64_t most) {
  if (number >= 0 && number <= most) return number;
  return fail(Code::invalid, fmt::format("{} must be from 0 to {}, not {}", name, most, number));
}

Result<std::int64_t> read_variable(std::string_view text) {
  std::int64_t number = WarmChoice::unsaid;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && end == text.data() + text.size()) return checked(variable, number, drivers_max);
  return fail(Code::invalid,
              fmt::format("{} must be a number from 0 to {}, not '{}'", variable, drivers_max, text));
}

Result<std::int64_t> drivers_of(std::int64_t said) {
  if (said != WarmChoice::unsaid) return checked("--warm-drivers", said, drivers_max);
  if (const char* text = std::getenv(variable); text && *text) return read_variable(text);
  return static_cast<std::int64_t>(
      workspace::waiting_suited_to(workspace::available_memory_bytes(), std::thread::hardware_concurrency()));
}

}  // namespace

std::vector<std::string> WarmChoice::as_arguments() const {
  std::vector<std::string> words;
  if (drivers != unsaid) words.insert(words.end(), {"--warm-drivers", std::to_string(drivers)});
  if (memory_mib != unsaid) words.insert(words.end(), {"--warm-memory", std::to_string(memory_mib)});
  return words;
}

Result<void> WarmChoice::apply_to(workspace::WorkspaceOptions& options) const {
  auto count = drivers_of(drivers);
  if (!count) return std::unexpected(count.error());
  options.warm_drivers = static_cast<std::size_t>(*count);
  if (memory_mib == unsaid) return {};
  auto memory = checked("--warm-memory", memory_mib, memory_mib_max);
  if (!memory) return std::unexpected(memory.error());
  options.warm_memory_kept = static_cast<std::uint64_t>(*memory) << 20;
  return {};
}

}  // namespace weir::cli
