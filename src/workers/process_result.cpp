#include "workers/process_result.h"

#include <fmt/format.h>
#include <string.h>

#include "base/utf8.h"

namespace weir::workers {
namespace {

using runtime::Failure;

std::string describe(const process::Exit& exit) {
  if (exit.signal == 0) return fmt::format("exited with code {}", exit.code);
  const char* name = ::sigabbrev_np(exit.signal);
  return name ? fmt::format("killed by signal {} (SIG{})", exit.signal, name)
              : fmt::format("killed by signal {}", exit.signal);
}

Failure failure_of(const process::Exit& exit, const KeptEnd& err) {
  JsonObject detail{{"exit_code", exit.code}};
  if (exit.signal != 0) detail["signal"] = exit.signal;
  return {.message = describe(exit),
          .trace = to_utf8(last_lines(err.bytes(), trace_lines_max)),
          .detail = std::move(detail)};
}

std::expected<json, Failure> parse_output(const KeptEnd& out) {
  auto no_json = [](std::string message, std::string_view text) {
    return std::unexpected(
        Failure{.message = std::move(message), .trace = to_utf8(last_lines(text, trace_lines_max))});
  };
  if (!out.is_whole()) {
    return no_json(
        fmt::format("standard output is longer than the {} MiB that JSON may have", json_bytes_max >> 20),
        {});
  }
  if (out.bytes().find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return no_json("standard output is empty where JSON was expected", {});
  }
  auto value = parse_json(out.bytes());
  if (value) return std::move(*value);
  const auto shown = out.bytes().substr(0, std::min(out.bytes().size(), stderr_bytes_max));
  return no_json(fmt::format("standard output is not the JSON that was expected: {}", value.error().message),
                 shown);
}

}  // namespace

std::expected<json, Failure> result_of(const process::Exit& exit, OutputForm form, const KeptEnd& out,
                                       const KeptEnd& err) {
  if (!exit.ok()) return std::unexpected(failure_of(exit, err));
  if (form == OutputForm::json) return parse_output(out);
  std::string text = to_utf8(out.bytes());
  if (text.ends_with('\n')) text.pop_back();
  return json{{"exit_code", exit.code}, {"stdout", std::move(text)}};
}

runtime::Failure failure_to_start(const Error& error) {
  const bool is_definition = error.code == Code::invalid || error.code == Code::not_found;
  return {.message = error.hint.empty() ? error.message : fmt::format("{} ({})", error.message, error.hint),
          .retryable = !is_definition};
}

}  // namespace weir::workers
