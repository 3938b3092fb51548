#include "workspace/jobs/drivers/driver_outcome.h"

#include <fmt/format.h>
#include <signal.h>
#include <string.h>

#include "base/utf8.h"
#include "workspace/home/home.h"
#include "workspace/home/tail.h"

namespace weir::workspace {
namespace {

constexpr std::int64_t log_bytes_max = 5 * 1024 * 1024;
constexpr std::int64_t trace_bytes_max = 16 * 1024;

json read_object(const std::filesystem::path& file) {
  auto text = read_file(file);
  auto object = text ? parse_json(*text) : std::unexpected(text.error());
  return object && object->is_object() ? *object : json(JsonObject{});
}

bool has_error(const json& result) { return !string_or(result, "error", "").empty(); }

std::string describe(const process::Exit& exit) {
  if (exit.signal == 0)
    return fmt::format("The driver ended with exit code {} and said nothing about why", exit.code);
  std::string_view why = exit.signal == SIGKILL ? ": by somebody, or by the machine for want of memory" : "";
  return fmt::format("The driver was killed by signal {} ({}){}", exit.signal, ::strsignal(exit.signal), why);
}

}  // namespace

Logs read_logs(const RunFolder& folder) {
  Tail errors = read_tail(folder.err(), log_bytes_max);
  Tail output = read_tail(folder.out(), log_bytes_max - static_cast<std::int64_t>(errors.text.size()));
  return {.text = to_utf8(output.text + errors.text), .truncated = output.truncated || errors.truncated};
}

json read_result(const RunFolder& folder) { return read_object(folder.result()); }

json read_values(const RunFolder& folder) { return read_object(folder.values()); }

std::optional<DriverError> error_of(const RunFolder& folder) {
  json result = read_result(folder);
  if (has_error(result))
    return DriverError{string_or(result, "error", ""), string_or(result, "error_trace", "")};
  auto exit = process::read_exit(folder.exit());
  if (!exit || exit->ok()) return std::nullopt;
  return DriverError{describe(*exit), to_utf8(read_tail(folder.err(), trace_bytes_max).text)};
}

Ending ending_of_driver(const RunFolder& folder, Stop stop) {
  if (stop != Stop::none) return ending_of(stop);
  auto exit = process::read_exit(folder.exit());
  if (!exit)
    return {.life_cycle = LifeCycle::internal_error,
            .result = ResultState::failed,
            .termination = "DRIVER_ERROR",
            .message =
                "The driver and its supervisor died together: the machine stopped, or somebody killed them."};
  json result = read_result(folder);
  if (auto message = find_string(result, "library_error"))
    return {.life_cycle = LifeCycle::internal_error,
            .result = ResultState::failed,
            .termination = "LIBRARY_INSTALLATION_ERROR",
            .message = std::move(*message)};
  if (auto message = find_string(result, "cluster_error")) return cluster_error(std::move(*message));
  bool failed = !exit->ok() || has_error(result);
  if (failed)
    return {.result = ResultState::failed,
            .termination = "RUN_EXECUTION_ERROR",
            .message = "Workload failed, see run output for details"};
  return {};
}

}  // namespace weir::workspace
