#include "core/failure.h"

#include "base/utf8.h"

namespace weir::core {

std::string_view name_of(Failure::Why why) {
  switch (why) {
    case Failure::Why::error:
      return "error";
    case Failure::Why::timeout:
      return "timeout";
    case Failure::Why::crashed:
      return "crashed";
  }
  return "error";
}

/// Messages come from anywhere, an exception of the flow's own code for one: a byte that is no text would make the whole
/// history unreadable.
json to_json(const Failure& failure) {
  JsonObject object{{"why", name_of(failure.why)}, {"message", to_utf8(failure.message)}};
  if (!failure.trace.empty()) object["trace"] = to_utf8(failure.trace);
  if (!failure.detail.is_null()) object["detail"] = failure.detail;
  if (!failure.retryable) object["retryable"] = false;
  return object;
}

Failure failure_from(const json& value) {
  Failure failure;
  std::string why = string_or(value, "why", "error");
  if (why == "timeout") failure.why = Failure::Why::timeout;
  if (why == "crashed") failure.why = Failure::Why::crashed;
  failure.message = string_or(value, "message", "");
  failure.trace = string_or(value, "trace", "");
  if (const json* detail = find(value, "detail")) failure.detail = *detail;
  failure.retryable = bool_or(value, "retryable", true);
  return failure;
}

}  // namespace weir::core
