// What a person asks of a run, whichever process executes it. A request waits in the store (Store::request) until the
// process that holds the run's lease has answered it with an event.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/json.h"

namespace weir::runtime {

enum class RunRequest : std::uint8_t {
  cancel,
  pause,  ///< what is under way goes on, nothing new starts
  unpause,
};

std::string_view name_of(RunRequest request);

/// The body in the store: {"ask": "cancel"}.
json to_json(RunRequest request);

/// Inverse of to_json; nullopt for what no weir of this version or an older one has asked.
std::optional<RunRequest> run_request_from(const json& body);

}  // namespace weir::runtime
