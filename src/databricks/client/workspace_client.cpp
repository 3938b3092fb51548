#include "databricks/client/workspace_client.h"

#include <future>
#include <utility>

#include <fmt/format.h>

#include "databricks/client/answer.h"
#include "databricks/client/signer.h"
#include "databricks/wire/api_error.h"

namespace weir::databricks {
namespace {

/// <product>/<version> followed by key/value pairs, the grammar Databricks attributes traffic by.
std::string user_agent(const Connection& connection) {
  return fmt::format("weir/" WEIR_VERSION " cpp/23 os/linux auth/{}", auth_type_of(connection.sign_in));
}

std::string encoded(const net::Headers& query) {
  std::string text;
  for (const auto& [name, value] : query) {
    text += text.empty() ? '?' : '&';
    text += net::percent_encode(name) + "=" + net::percent_encode(value);
  }
  return text;
}

bool is_refusal(const Result<net::HttpResponse>& received) {
  return received && refuses_credential(received->status, received->body);
}

}  // namespace

const Clock& machine_clock() {
  static const SystemClock clock;
  return clock;
}

/// What the calls under way share with the client they came from.
struct WorkspaceClient::Link : std::enable_shared_from_this<Link> {
  const Connection connection;
  const std::string agent;
  net::HttpClient& http;
  const std::shared_ptr<Signer> signer;

  Link(Connection to, net::HttpClient& with, const Clock& clock)
      : connection(std::move(to)),
        agent(user_agent(connection)),
        http(with),
        signer(Signer::make(connection, http, clock)) {}

  net::HttpRequest http_request(const ApiRequest& request) const {
    net::HttpRequest made{.method = request.method,
                          .url = connection.host + request.path + encoded(request.query)};
    made.headers = {{"User-Agent", agent}, {"Accept", "application/json"}};
    if (!request.body.is_null()) {
      made.headers.emplace_back("Content-Type", "application/json");
      made.body = to_text(request.body);
    } else if (request.bytes) {
      made.headers.emplace_back("Content-Type", "application/octet-stream");
      made.body = *request.bytes;
    } else if (request.file.file) {
      made.headers.emplace_back("Content-Type", "application/octet-stream");
      made.file = request.file;
    }
    made.headers.insert(made.headers.end(), request.headers.begin(), request.headers.end());
    if (request.timeout) made.timeout = *request.timeout;
    return made;
  }

  struct Exchange {
    net::HttpRequest request;
    decltype(&read_answer) read;
    Done done;
    bool may_renew = true;
  };

  void send(Exchange exchange) {
    signer->sign([self = shared_from_this(),
                  exchange = std::move(exchange)](std::expected<Signature, CallError> signature) mutable {
      if (!signature) return exchange.done(std::unexpected(std::move(signature.error())));
      self->send_signed(std::move(exchange), std::move(*signature));
    });
  }

  void send_signed(Exchange exchange, Signature signature) {
    auto request = signature.tokens.empty() ? std::move(exchange.request) : exchange.request;
    request.headers.insert(request.headers.end(), signature.headers.begin(), signature.headers.end());
    http.send(std::move(request),
              [self = shared_from_this(), exchange = std::move(exchange),
               signature = std::move(signature)](const Result<net::HttpResponse>& received) mutable {
                bool renewed = is_refusal(received) && self->signer->refuse(signature);
                if (renewed && std::exchange(exchange.may_renew, false))
                  return self->send(std::move(exchange));
                exchange.done(exchange.read(received, self->connection, self->signer->secrets(signature)));
              });
  }
};

WorkspaceClient::WorkspaceClient(Connection connection, net::HttpClient& http, const Clock& clock)
    : link_(std::make_shared<Link>(std::move(connection), http, clock)) {}

const Connection& WorkspaceClient::connection() const { return link_->connection; }

void WorkspaceClient::call(const ApiRequest& request, Done done) const {
  auto read = request.answers_bytes ? read_bytes : read_answer;
  link_->send({.request = link_->http_request(request), .read = read, .done = std::move(done)});
}

Answer WorkspaceClient::call_and_wait(const ApiRequest& request) const {
  std::promise<Answer> promise;
  call(request, [&](Answer answer) { promise.set_value(std::move(answer)); });
  return promise.get_future().get();
}

}  // namespace weir::databricks
