// The error body of the REST API: {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "Job 7 does not
// exist."}. The workspace writes it; the client reads it, together with the other shapes that services in the
// field send.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace weir::databricks {

struct ApiError {
  int status = 500;
  std::string code{};     ///< "RESOURCE_DOES_NOT_EXIST"; empty when the answer names none
  std::string message{};  ///< for people; never empty after read_api_error

  json to_json() const { return {{"error_code", code}, {"message", message}}; }
};

/// Reads an answer that is no success. Understands the body above, API 1.2's {"error"}, SCIM's {"detail"},
/// OAuth's
/// {"error", "error_description"}, HTML pages (their title or <pre> text) and plain text; says the status
/// otherwise.
ApiError read_api_error(int status, std::string_view body);

/// Whether an answer refuses the credential itself, which has expired or was revoked: some services say 403 to it, as
/// to what is not permitted. `text` is the body or its message.
bool refuses_credential(int status, std::string_view text);

/// Whether it means "no such job, run or cluster": 404, or 400 with the wording older endpoints keep.
bool says_not_found(const ApiError& error);

}  // namespace weir::databricks
