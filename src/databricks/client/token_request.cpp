#include "databricks/client/token_request.h"

#include <charconv>

#include <fmt/format.h>

#include "base/json.h"
#include "databricks/wire/api_error.h"
#include "net/endpoint.h"

namespace weir::databricks {
namespace {

constexpr std::int64_t lifetime_seconds_max = 24 * 3600;
constexpr std::int64_t lifetime_seconds_default = 3600;

std::string form_text(const net::Headers& form) {
  std::string text = "grant_type=client_credentials";
  for (const auto& [name, value] : form) {
    text += "&" + net::percent_encode(name) + "=" + net::percent_encode(value);
  }
  return text;
}

std::string place_of(const std::string& url) {
  auto path = url.find('/', url.find("://") + 3);
  return url.substr(0, path);
}

/// A number, or digits in a string.
std::int64_t lifetime_in(const json& answer) {
  auto seconds = find_int(answer, "expires_in");
  if (auto text = find_string(answer, "expires_in")) {
    std::int64_t number = 0;
    auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (error == std::errc{} && end == text->data() + text->size()) seconds = number;
  }
  return std::clamp<std::int64_t>(seconds.value_or(lifetime_seconds_default), 0, lifetime_seconds_max);
}

CallError refusal(const net::HttpResponse& response, const TokenRequest& request) {
  auto error = read_api_error(response.status, response.body);
  auto message = redacted(error.message, request.secrets);
  auto place = place_of(request.url);
  bool passes = error.status == 429 || error.status == 408 || error.status >= 500;
  if (passes) {
    return {{Code::unavailable,
             fmt::format("{} answered {} when asked for an access token: {}", place, error.status, message)},
            error.status};
  }
  return {.error = {Code::unauthenticated, fmt::format("{} gives no access token: {}", place, message),
                    "check the client id and the client secret"},
          .status = error.status,
          .credential_refused = true};
}

RefreshingToken::Fetched read_token(const Result<net::HttpResponse>& received, const TokenRequest& request,
                                    Instant now) {
  if (!received) {
    Error error = received.error();
    error.message = redacted(std::move(error.message), request.secrets);
    return std::unexpected(CallError{std::move(error)});
  }
  if (received->status < 200 || received->status >= 300) return std::unexpected(refusal(*received, request));
  auto answer = parse_json(received->body);
  auto token = answer ? find_string(*answer, "access_token") : std::nullopt;
  if (!token || token->empty() || !net::is_header("Authorization", *token)) {
    return std::unexpected(CallError{
        {Code::unavailable, fmt::format("{} sent an answer without an access token", place_of(request.url))},
        received->status});
  }
  return AccessToken{Credential(*token), now, now + std::chrono::seconds(lifetime_in(*answer))};
}

}  // namespace

Result<void> check_token_url(const std::string& url) {
  auto endpoint = net::endpoint_of(url);
  if (!endpoint) return std::unexpected(endpoint.error());
  if (url.starts_with("https://") || endpoint->loopback) return {};
  return fail(Code::invalid,
              fmt::format("access tokens come from {}, which is not encrypted", endpoint->name),
              "the secret would travel in clear text: use https");
}

void request_token(net::HttpClient& http, TokenRequest request, const Clock& clock,
                   RefreshingToken::Done done) {
  net::HttpRequest post{.method = "POST", .url = request.url, .body = form_text(request.form)};
  post.headers = {{"Accept", "application/json"}, {"Content-Type", "application/x-www-form-urlencoded"}};
  if (!request.basic.is_empty())
    post.headers.emplace_back("Authorization", "Basic " + request.basic.reveal());
  request.form.clear();
  http.send(std::move(post), [request = std::move(request), &clock, done = std::move(done)](
                                 const auto& received) { done(read_token(received, request, clock.now())); });
}

}  // namespace weir::databricks
