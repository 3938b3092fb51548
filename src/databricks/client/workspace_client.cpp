#include "databricks/client/workspace_client.h"

#include <utility>

#include "databricks/client/answer.h"

namespace weir::databricks {
namespace {

/// <product>/<version> followed by key/value pairs, the grammar Databricks attributes traffic by.
constexpr auto user_agent = "weir/" WEIR_VERSION " cpp/23 os/linux";

std::string encoded(const net::Headers& query) {
  std::string text;
  for (const auto& [name, value] : query) {
    text += text.empty() ? '?' : '&';
    text += net::percent_encode(name) + "=" + net::percent_encode(value);
  }
  return text;
}

}  // namespace

WorkspaceClient::WorkspaceClient(Connection connection, net::HttpClient& http)
    : connection_(std::move(connection)), http_(http) {}

net::HttpRequest WorkspaceClient::http_request(const ApiRequest& request) const {
  net::HttpRequest http{.method = request.method,
                        .url = connection_.host + request.path + encoded(request.query)};
  http.headers = {{"User-Agent", user_agent}, {"Accept", "application/json"}};
  if (!connection_.credential.is_empty()) {
    http.headers.emplace_back("Authorization", "Bearer " + connection_.credential.reveal());
  }
  if (!request.body.is_null()) {
    http.headers.emplace_back("Content-Type", "application/json");
    http.body = to_text(request.body);
  } else if (request.bytes) {
    http.headers.emplace_back("Content-Type", "application/octet-stream");
    http.body = *request.bytes;
  }
  return http;
}

void WorkspaceClient::call(const ApiRequest& request, Done done) const {
  auto read = request.answers_bytes ? read_bytes : read_answer;
  http_.send(http_request(request), [connection = connection_, read, done = std::move(done)](auto received) {
    done(read(received, connection));
  });
}

Answer WorkspaceClient::call_and_wait(const ApiRequest& request) const {
  auto read = request.answers_bytes ? read_bytes : read_answer;
  return read(http_.send_and_wait(http_request(request)), connection_);
}

}  // namespace weir::databricks
