#include "databricks/client/sign_in.h"

#include <array>

#include "databricks/wire/base64.h"
#include "net/http.h"

namespace weir::databricks {
namespace {

constexpr auto types = std::to_array<std::string_view>({"pat", "basic", "oauth-m2m", "azure-client-secret"});
constexpr auto nouns = std::to_array<std::string_view>(
    {"the token", "the user name and password", "the service principal", "the service principal"});
constexpr auto advices = std::to_array<std::string_view>(
    {"create a new personal access token and put it where the old one was",
     "check username and password; many workspaces take no passwords any more: use a token instead",
     "check client_id and client_secret, and that the service principal is a member of the workspace",
     "check azure_client_id and azure_client_secret, and that the service principal is a member of the "
     "workspace"});
static_assert(types.size() == std::variant_size_v<SignIn> && nouns.size() == types.size() &&
              advices.size() == types.size());

/// Also as it stands in a form.
void add(std::vector<Credential>& secrets, const Credential& secret) {
  if (secret.is_empty()) return;
  secrets.push_back(secret);
  auto encoded = net::percent_encode(secret.reveal());
  if (encoded != secret.reveal()) secrets.emplace_back(std::move(encoded));
}

}  // namespace

std::string_view auth_type_of(const SignIn& sign_in) { return types.at(sign_in.index()); }
std::string advice_on(const SignIn& sign_in) { return std::string(advices.at(sign_in.index())); }
std::string_view noun_of(const SignIn& sign_in) { return nouns.at(sign_in.index()); }

Credential basic_credential(std::string_view username, const Credential& password) {
  return Credential(encode_base64(std::string(username) + ":" + password.reveal()));
}

std::vector<Credential> secrets_of(const SignIn& sign_in) {
  std::vector<Credential> secrets;
  if (const auto* token = std::get_if<Credential>(&sign_in)) add(secrets, *token);
  if (const auto* basic = std::get_if<Basic>(&sign_in)) {
    add(secrets, basic->password);
    add(secrets, basic_credential(basic->username, basic->password));
  }
  if (const auto* client = std::get_if<ClientCredentials>(&sign_in)) {
    add(secrets, client->client_secret);
    add(secrets, basic_credential(client->client_id, client->client_secret));
  }
  if (const auto* azure = std::get_if<AzureServicePrincipal>(&sign_in)) add(secrets, azure->client_secret);
  return secrets;
}

}  // namespace weir::databricks
