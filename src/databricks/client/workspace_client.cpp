#include "databricks/client/workspace_client.h"

#include <future>
#include <utility>

#include <fmt/format.h>

#include "databricks/client/answer.h"
#include "databricks/client/signer.h"

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

/// An access token that expired or was revoked; some services say 403 to it, as to what is not permitted.
bool is_refusal(const Result<net::HttpResponse>& received) {
  if (!received) return false;
  return received->status == 401 ||
         (received->status == 403 && received->body.contains("Invalid access token"));
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
    }
    return made;
  }

  void send(net::HttpRequest request, bool may_renew, Done done) {
    signer->sign([self = shared_from_this(), request = std::move(request), may_renew,
                  done = std::move(done)](std::expected<Signature, CallError> signature) mutable {
      if (!signature) return done(std::unexpected(std::move(signature.error())));
      self->send_signed(std::move(request), std::move(*signature), may_renew, std::move(done));
    });
  }

  void send_signed(net::HttpRequest request, Signature signature, bool may_renew, Done done) {
    auto once_more = may_renew && !signature.tokens.empty() ? std::optional(request) : std::nullopt;
    request.headers.insert(request.headers.end(), signature.headers.begin(), signature.headers.end());
    http.send(std::move(request),
              [self = shared_from_this(), once_more = std::move(once_more), signature = std::move(signature),
               done = std::move(done)](const Result<net::HttpResponse>& received) mutable {
                if (is_refusal(received) && self->signer->refuse(signature) && once_more) {
                  return self->send(std::move(*once_more), false, std::move(done));
                }
                done(read_answer(received, self->connection, self->signer->secrets(signature)));
              });
  }
};

WorkspaceClient::WorkspaceClient(Connection connection, net::HttpClient& http, const Clock& clock)
    : link_(std::make_shared<Link>(std::move(connection), http, clock)) {}

const Connection& WorkspaceClient::connection() const { return link_->connection; }

void WorkspaceClient::call(const ApiRequest& request, Done done) const {
  link_->send(link_->http_request(request), true, std::move(done));
}

Answer WorkspaceClient::call_and_wait(const ApiRequest& request) const {
  std::promise<Answer> promise;
  call(request, [&](Answer answer) { promise.set_value(std::move(answer)); });
  return promise.get_future().get();
}

}  // namespace weir::databricks
