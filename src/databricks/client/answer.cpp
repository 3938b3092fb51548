#include "databricks/client/answer.h"

#include <charconv>

#include <fmt/format.h>

#include "base/utf8.h"
#include "databricks/wire/api_error.h"

namespace weir::databricks {
namespace {

constexpr std::int64_t retry_after_seconds_max = 3600;

std::optional<Duration> retry_after(const net::Headers& headers) {
  auto text = net::header(headers, "Retry-After");
  if (!text) return std::nullopt;
  std::int64_t seconds = 0;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (error != std::errc{} || end != text->data() + text->size() || seconds < 0) return std::nullopt;
  return std::chrono::seconds(std::min(seconds, retry_after_seconds_max));
}

bool is_conflict(const ApiError& error) {
  return error.status == 409 || error.code == "RESOURCE_ALREADY_EXISTS" || error.code == "ALREADY_EXISTS";
}

bool is_transient(const ApiError& error) {
  return error.status == 429 || error.status == 408 || (error.status >= 500 && error.status != 501) ||
         error.code == "COULD_NOT_ACQUIRE_LOCK";
}

Error explain(const ApiError& error, const Connection& connection) {
  if (refuses_credential(error.status, error.message)) {
    return {Code::unauthenticated,
            fmt::format("{} refused {} ({}): {}", connection.host, noun_of(connection.sign_in),
                        connection.name, error.message),
            advice_on(connection.sign_in)};
  }
  if (error.status == 403) {
    return {Code::unauthenticated, fmt::format("{} denies permission: {}", connection.host, error.message),
            fmt::format("ask for access for whoever signs in here ({}), or sign in as somebody else",
                        connection.name)};
  }
  if (says_not_found(error)) return {Code::not_found, error.message};
  if (is_conflict(error)) return {Code::conflict, error.message};
  if (is_transient(error)) {
    return {Code::unavailable,
            fmt::format("{} answered {}: {}", connection.host, error.status, error.message)};
  }
  if (error.status == 501)
    return {Code::invalid, fmt::format("{} does not offer this: {}", connection.host, error.message)};
  auto code = error.code.empty() ? fmt::format("status {}", error.status) : error.code;
  return {Code::invalid, fmt::format("{} ({})", error.message, code)};
}

std::unexpected<CallError> not_a_workspace(int status, const std::string& what,
                                           const Connection& connection) {
  return std::unexpected(
      CallError{{Code::invalid, fmt::format("{} {}", connection.host, what),
                 fmt::format("check that the host ({}) is a Databricks workspace", connection.name)},
                status});
}

Answer read_success(const net::HttpResponse& response, const Connection& connection) {
  auto start = response.body.find_first_not_of(" \t\r\n");
  if (start == response.body.npos) return JsonObject{};
  auto parsed = parse_json(response.body);
  if (parsed && parsed->is_object()) return std::move(*parsed);
  if (response.body[start] == '<')
    return not_a_workspace(response.status, "answered with a web page", connection);
  return std::unexpected(
      CallError{{Code::unavailable, fmt::format("{} sent an answer that is not whole JSON", connection.host)},
                response.status});
}

}  // namespace

Answer read_answer(const Result<net::HttpResponse>& received, const Connection& connection,
                   std::span<const Credential> secrets) {
  if (!received) {
    Error error = received.error();
    error.message = redacted(std::move(error.message), secrets);
    return std::unexpected(CallError{std::move(error)});
  }
  if (received->status >= 200 && received->status < 300) return read_success(*received, connection);
  if (received->status < 400) {
    auto target = net::header(received->headers, "Location").value_or("another place");
    return not_a_workspace(received->status, "redirects to " + to_utf8(target), connection);
  }
  auto api_error = read_api_error(received->status, received->body);
  api_error.message = redacted(std::move(api_error.message), secrets);
  return std::unexpected(
      CallError{.error = explain(api_error, connection),
                .status = api_error.status,
                .api_code = api_error.code,
                .retry_after = retry_after(received->headers),
                .credential_refused = refuses_credential(api_error.status, api_error.message)});
}

Answer read_bytes(const Result<net::HttpResponse>& received, const Connection& connection,
                  std::span<const Credential> secrets) {
  bool succeeded = received && received->status >= 200 && received->status < 300;
  return succeeded ? Answer(json(received->body)) : read_answer(received, connection, secrets);
}

}  // namespace weir::databricks
