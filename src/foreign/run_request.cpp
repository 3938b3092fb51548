#include "foreign/run_request.h"

#include <fmt/format.h>

namespace weir::foreign {
namespace {

Result<std::uint32_t> slots_of(std::string_view name, const json& value) {
  if (value.is_int64() && value.get_int64() > 0 && value.get_int64() <= INT32_MAX) {
    return static_cast<std::uint32_t>(value.get_int64());
  }
  return fail(Code::invalid, fmt::format("limit '{}' must be a whole number, 1 or more", name));
}

Result<void> read_options(const json& options, RunRequest& request) {
  auto& about = request.about;
  if (auto timeout = find_int(options, "timeout_us")) about.timeout = Duration{*timeout};
  if (const json* limit = find(options, "run_limit")) {
    about.run_limit = {static_cast<std::uint32_t>(int_or(*limit, "runs", 0)),
                       bool_or(*limit, "refuse", false)};
  }
  if (const json* limits = find(options, "limits"); limits && limits->is_object()) {
    for (const auto& [name, value] : limits->get_object()) {
      auto slots = slots_of(name, value);
      if (!slots) return std::unexpected(slots.error());
      about.limits.push_back({name, *slots});
    }
  }
  about.refresh = bool_or(options, "refresh", false);
  auto durability = string_or(options, "durability", "process");
  if (durability != "process" && durability != "disk") {
    return fail(Code::invalid, fmt::format("there is no durability '{}'", durability), "process or disk");
  }
  about.durability = durability == "disk" ? core::Durability::disk : core::Durability::process;
  request.resume = string_or(options, "resume", "");
  request.workspace = string_or(options, "workspace", "");
  request.quiet = bool_or(options, "quiet", false);
  request.silent = string_or(options, "progress", "lines") == "none";
  return {};
}

}  // namespace

Result<RunRequest> run_request_from(const json& message) {
  RunRequest request;
  request.about.flow = string_or(message, "flow", "");
  if (!core::is_valid_name(request.about.flow)) {
    return fail(Code::invalid, fmt::format("'{}' cannot name a flow", request.about.flow));
  }
  if (const json* parameters = find(message, "parameters"); parameters && parameters->is_object()) {
    request.about.parameters = parameters->get_object();
  }
  if (const json* source = find(message, "source")) request.about.source = *source;
  request.tells = bool_or(message, "tells", false);
  if (const json* options = find(message, "options")) {
    if (auto fine = read_options(*options, request); !fine) return std::unexpected(fine.error());
  }
  return request;
}

}  // namespace weir::foreign
