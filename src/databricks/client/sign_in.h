// How to sign in to a workspace: a pure description. What is done about it is the Signer's.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "databricks/client/credential.h"

namespace weir::databricks {

/// A user's name and password, where a workspace still takes them.
struct Basic {
  std::string username{};
  Credential password{};
  friend bool operator==(const Basic&, const Basic&) = default;
};

/// OAuth client credentials of a service principal ("M2M"). The workspace says where its tokens are.
struct ClientCredentials {
  std::string client_id{};
  Credential client_secret{};
  friend bool operator==(const ClientCredentials&, const ClientCredentials&) = default;
};

/// A service principal of Microsoft Entra.
struct AzureServicePrincipal {
  std::string client_id{};
  Credential client_secret{};
  std::string tenant_id{};              ///< empty: the workspace says it
  std::string authority{};              ///< "https://login.microsoftonline.com"
  std::string management{};             ///< the resource of Azure's own API
  std::string workspace_resource_id{};  ///< for a principal that is no user of the workspace yet
  friend bool operator==(const AzureServicePrincipal&, const AzureServicePrincipal&) = default;
};

/// A Credential alone is a personal access token, or any other token that is sent as it is; an empty one
/// signs nothing.
using SignIn = std::variant<Credential, Basic, ClientCredentials, AzureServicePrincipal>;

/// "pat", "basic", "oauth-m2m" or "azure-client-secret": as auth_type in the configuration.
std::string_view auth_type_of(const SignIn& sign_in);

/// What must never appear in a message, in every form in which it goes on the wire.
std::vector<Credential> secrets_of(const SignIn& sign_in);

/// What a person can do who was refused.
std::string advice_on(const SignIn& sign_in);

/// "the token", "the user name and password", …: what a workspace refuses.
std::string_view noun_of(const SignIn& sign_in);

/// What follows "Basic " in a header.
Credential basic_credential(std::string_view username, const Credential& password);

}  // namespace weir::databricks
