// Reading what came back over HTTP: JSON or a CallError that says what a person can do about it.
#pragma once

#include <span>

#include "databricks/client/api_call.h"
#include "databricks/client/connection.h"
#include "net/http_client.h"

namespace weir::databricks {

/// 401 and 403 → unauthenticated, missing things → not_found, 409 and "already exists" → conflict, 429, 5xx,
/// no answer and half an answer → unavailable (or timeout), everything else → invalid. `secrets` never appear
/// in a message.
Answer read_answer(const Result<net::HttpResponse>& received, const Connection& connection,
                   std::span<const Credential> secrets);

/// The same for a request whose success is plain bytes.
Answer read_bytes(const Result<net::HttpResponse>& received, const Connection& connection,
                  std::span<const Credential> secrets);

}  // namespace weir::databricks
