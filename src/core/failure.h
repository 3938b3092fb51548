// Why an attempt did not succeed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"

namespace weir::core {

struct Failure {
  /// A failed attempt is the fault of its code or of a deadline; a crashed one died with its process or host.
  enum class Why : std::uint8_t { error, timeout, crashed };

  Why why = Why::error;
  std::string message{};  ///< one line: "ValueError: boom"
  std::string trace{};    ///< a stack trace or the end of the output; may be empty
  json detail{};          ///< what the kind knows (remote run id, link, termination code); may be null
  bool retryable = true;  ///< false: retrying cannot help (bad credential, bad definition)
};

std::string_view name_of(Failure::Why why);
json to_json(const Failure& failure);
Failure failure_from(const json& value);  ///< inverse of to_json

}  // namespace weir::core
