#include "databricks/client/signer.h"

#include <utility>

#include "databricks/client/token_request.h"

namespace weir::databricks {
namespace {

/// Azure's name of Databricks, the same in every cloud and for every workspace.
constexpr auto databricks_resource = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d";

/// A place that is looked up once, and again when it turned out to be wrong.
struct Place {
  std::mutex mutex{};
  std::string found{};

  std::string get() {
    std::scoped_lock lock(mutex);
    return found;
  }
  void set(std::string value) {
    std::scoped_lock lock(mutex);
    found = std::move(value);
  }
};

/// Calls `go_on` with the place, looked up by `look` unless it is known.
void with_place(const std::shared_ptr<Place>& place, const std::function<void(PlaceDone)>& look,
                const RefreshingToken::Done& done, std::function<void(const std::string&)> go_on) {
  if (auto known = place->get(); !known.empty()) return go_on(known);
  look([place, done, go_on = std::move(go_on)](std::expected<std::string, CallError> found) {
    if (!found) return done(std::unexpected(found.error()));
    place->set(*found);
    go_on(*found);
  });
}

RefreshingToken::Fetch oauth_fetch(std::string host, const ClientCredentials& client, net::HttpClient& http,
                                   const Clock& clock) {
  TokenRequest request{.form = {{"scope", "all-apis"}},
                       .basic = basic_credential(client.client_id, client.client_secret),
                       .secrets = secrets_of(client)};
  auto place = std::make_shared<Place>();
  auto look = [&http, host = std::move(host)](PlaceDone done) {
    find_token_endpoint(http, host, std::move(done));
  };
  return [=, &http, &clock](const RefreshingToken::Done& done) {
    with_place(place, look, done, [=, &http, &clock](const std::string& url) {
      auto sent = request;
      sent.url = url;
      request_token(http, std::move(sent), clock, [place, done](RefreshingToken::Fetched fetched) {
        if (!fetched && fetched.error().status == 404) place->set("");
        done(std::move(fetched));
      });
    });
  };
}

RefreshingToken::Fetch azure_fetch(std::string host, const AzureServicePrincipal& principal,
                                   std::string resource, net::HttpClient& http, const Clock& clock) {
  TokenRequest request{.form = {{"client_id", principal.client_id},
                                {"client_secret", principal.client_secret.reveal()},
                                {"resource", std::move(resource)}},
                       .secrets = secrets_of(principal)};
  auto place = std::make_shared<Place>();
  place->set(principal.tenant_id);
  auto look = [&http, host = std::move(host)](PlaceDone done) {
    find_azure_tenant(http, host, std::move(done));
  };
  return [=, authority = principal.authority, &http, &clock](const RefreshingToken::Done& done) {
    with_place(place, look, done, [=, &http, &clock](const std::string& tenant) {
      auto sent = request;
      sent.url = authority + "/" + net::percent_encode(tenant) + "/oauth2/token";
      request_token(http, std::move(sent), clock, done);
    });
  };
}

}  // namespace

std::shared_ptr<Signer> Signer::make(const Connection& connection, net::HttpClient& http,
                                     const Clock& clock) {
  auto signer = std::make_shared<Signer>();
  signer->secrets_ = secrets_of(connection.sign_in);
  auto refreshing = [&](std::string header, std::string prefix, RefreshingToken::Fetch fetch) {
    signer->fetched_.emplace_back(std::move(header), std::move(prefix),
                                  std::make_shared<RefreshingToken>(std::move(fetch), clock));
  };
  if (const auto* token = std::get_if<Credential>(&connection.sign_in); token && !token->is_empty()) {
    signer->fixed_.emplace_back("Authorization", "Bearer " + token->reveal());
  }
  if (const auto* basic = std::get_if<Basic>(&connection.sign_in)) {
    signer->fixed_.emplace_back("Authorization",
                                "Basic " + basic_credential(basic->username, basic->password).reveal());
  }
  if (const auto* client = std::get_if<ClientCredentials>(&connection.sign_in)) {
    refreshing("Authorization", "Bearer ", oauth_fetch(connection.host, *client, http, clock));
  }
  if (const auto* azure = std::get_if<AzureServicePrincipal>(&connection.sign_in)) {
    refreshing("Authorization", "Bearer ",
               azure_fetch(connection.host, *azure, databricks_resource, http, clock));
    if (!azure->workspace_resource_id.empty()) {
      signer->fixed_.emplace_back("X-Databricks-Azure-Workspace-Resource-Id", azure->workspace_resource_id);
      refreshing("X-Databricks-Azure-SP-Management-Token", "",
                 azure_fetch(connection.host, *azure, azure->management, http, clock));
    }
  }
  return signer;
}

void Signer::sign(Done done) { sign_from(0, Signature{.headers = fixed_}, std::move(done)); }

void Signer::sign_from(std::size_t index, Signature signature, Done done) {
  if (index == fetched_.size()) return done(std::move(signature));
  const auto& next = fetched_[index];
  next.token->get([self = shared_from_this(), index, signature = std::move(signature),
                   done = std::move(done)](RefreshingToken::Fetched token) mutable {
    if (!token) {
      auto error = token.error();
      error.unsent = true;
      return done(std::unexpected(std::move(error)));
    }
    const auto& [header, prefix, unused] = self->fetched_[index];
    signature.headers.emplace_back(header, prefix + token->value.reveal());
    signature.tokens.push_back(token->value);
    self->sign_from(index + 1, std::move(signature), std::move(done));
  });
}

bool Signer::refuse(const Signature& signature) {
  for (std::size_t i = 0; i < signature.tokens.size(); ++i) fetched_[i].token->refuse(signature.tokens[i]);
  return !signature.tokens.empty();
}

std::vector<Credential> Signer::secrets(const Signature& signature) const {
  auto all = secrets_;
  all.insert(all.end(), signature.tokens.begin(), signature.tokens.end());
  return all;
}

}  // namespace weir::databricks
