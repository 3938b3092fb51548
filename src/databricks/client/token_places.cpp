#include <fmt/format.h>

#include "base/json.h"
#include "databricks/client/token_request.h"

namespace weir::databricks {
namespace {

using Received = Result<net::HttpResponse>;

net::HttpRequest ask(std::string url) {
  return {.url = std::move(url), .headers = {{"Accept", "application/json"}}};
}

bool may_pass(const net::HttpResponse& response) { return response.status == 429 || response.status >= 500; }

std::optional<std::string> text_in(const Received& received, std::string_view key) {
  if (!received || received->status != 200) return std::nullopt;
  auto answer = parse_json(received->body);
  auto text = answer ? find_string(*answer, key) : std::nullopt;
  return text && !text->empty() ? text : std::nullopt;
}

/// Why the workspace cannot be asked just now; nullopt when it has answered, whatever the answer.
std::optional<CallError> out_of_reach(const std::string& host, const Received& received) {
  if (!received) return CallError{received.error()};
  if (!may_pass(*received)) return std::nullopt;
  return CallError{
      {Code::unavailable, fmt::format("{} answered {} when asked how to sign in", host, received->status)},
      received->status};
}

std::unexpected<CallError> no_oauth(const std::string& host, int status) {
  return std::unexpected(
      CallError{{Code::invalid, fmt::format("{} does not offer OAuth for service principals", host),
                 "sign in with a token, or check the host"},
                status});
}

/// Reads authorization_endpoint's neighbour.
void ask_server(net::HttpClient& http, const std::string& host, const std::string& issuer, PlaceDone done) {
  http.send(ask(issuer + "/.well-known/oauth-authorization-server"),
            [host, done = std::move(done)](const Received& received) {
              if (auto endpoint = text_in(received, "token_endpoint")) {
                auto safe = check_token_url(*endpoint);
                if (!safe) return done(std::unexpected(CallError{safe.error()}));
                return done(*endpoint);
              }
              if (auto error = out_of_reach(host, received)) return done(std::unexpected(*error));
              done(no_oauth(host, received->status));
            });
}

/// "https://login.microsoftonline.com/<tenant>/oauth2/authorize?…"
std::optional<std::string> tenant_in(const net::HttpResponse& response) {
  auto target = net::header(response.headers, "Location").value_or("");
  auto scheme = target.find("://");
  auto start = scheme == target.npos ? target.npos : target.find('/', scheme + 3);
  if (response.status < 300 || response.status >= 400 || start == target.npos) return std::nullopt;
  auto tenant = target.substr(start + 1, target.find_first_of("/?#", start + 1) - start - 1);
  return tenant.empty() ? std::nullopt : std::optional(tenant);
}

}  // namespace

void find_token_endpoint(net::HttpClient& http, const std::string& host, PlaceDone done) {
  http.send(ask(host + "/.well-known/databricks-config"),
            [&http, host, done = std::move(done)](const Received& received) {
              if (auto error = out_of_reach(host, received)) return done(std::unexpected(*error));
              auto issuer = text_in(received, "oidc_endpoint").value_or(host + "/oidc");
              ask_server(http, host, issuer, done);
            });
}

void find_azure_tenant(net::HttpClient& http, const std::string& host, PlaceDone done) {
  http.send(ask(host + "/aad/auth"), [host, done = std::move(done)](const Received& received) {
    if (auto error = out_of_reach(host, received)) return done(std::unexpected(*error));
    if (auto tenant = tenant_in(*received)) return done(*tenant);
    done(std::unexpected(
        CallError{{Code::invalid, fmt::format("{} does not say which Azure tenant it belongs to", host),
                   "set azure_tenant_id (ARM_TENANT_ID)"},
                  received->status}));
  });
}

}  // namespace weir::databricks
