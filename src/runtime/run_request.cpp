#include "runtime/run_request.h"

namespace weir::runtime {

std::string_view name_of(RunRequest request) {
  switch (request) {
    case RunRequest::cancel:
      return "cancel";
    case RunRequest::pause:
      return "pause";
    case RunRequest::unpause:
      return "unpause";
  }
  return "cancel";
}

json to_json(RunRequest request) { return {{"ask", name_of(request)}}; }

std::optional<RunRequest> run_request_from(const json& body) {
  auto ask = string_or(body, "ask", "");
  for (auto request : {RunRequest::cancel, RunRequest::pause, RunRequest::unpause}) {
    if (name_of(request) == ask) return request;
  }
  return std::nullopt;
}

}  // namespace weir::runtime
