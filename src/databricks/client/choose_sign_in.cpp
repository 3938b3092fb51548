#include "databricks/client/choose_sign_in.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/nearest.h"

namespace weir::databricks {
namespace {

struct Cloud {
  std::string_view environment;
  std::string_view authority;
  std::string_view management;
};

/// The clouds of Azure. What the SDKs call them counts, in any case.
constexpr auto clouds = std::to_array<Cloud>({
    {"PUBLIC", "https://login.microsoftonline.com", "https://management.core.windows.net/"},
    {"USGOVERNMENT", "https://login.microsoftonline.us", "https://management.core.usgovcloudapi.net/"},
    {"CHINA", "https://login.chinacloudapi.cn", "https://management.core.chinacloudapi.cn/"},
});

struct Method {
  std::string_view auth_type;
  std::string_view name;  ///< as in Attribute::method
  std::array<std::string_view, 2> needs;
  Result<SignIn> (*make)(const LayeredSettings&);
};

Credential secret(const LayeredSettings& settings, std::string_view name) {
  return Credential(settings.value(name).value_or(""));
}

Result<SignIn> make_token(const LayeredSettings& settings) { return secret(settings, "token"); }

Result<SignIn> make_basic(const LayeredSettings& settings) {
  return Basic{settings.value("username").value_or(""), secret(settings, "password")};
}

Result<SignIn> make_client(const LayeredSettings& settings) {
  return ClientCredentials{settings.value("client_id").value_or(""), secret(settings, "client_secret")};
}

Result<Cloud> cloud_of(const LayeredSettings& settings) {
  auto wanted = settings.value("azure_environment").value_or("PUBLIC");
  std::ranges::transform(wanted, wanted.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (wanted.starts_with("AZURE") && wanted.ends_with("CLOUD")) wanted = wanted.substr(5, wanted.size() - 10);
  std::vector<std::string> known;
  for (const auto& cloud : clouds) {
    if (cloud.environment == wanted) return cloud;
    known.emplace_back(cloud.environment);
  }
  return fail(Code::invalid, fmt::format("there is no azure_environment '{}'", wanted),
              fmt::format("use one of {}", fmt::join(known, ", ")));
}

Result<SignIn> make_azure(const LayeredSettings& settings) {
  auto cloud = cloud_of(settings);
  if (!cloud) return std::unexpected(cloud.error());
  auto authority = settings.value("azure_authority_host").value_or(std::string(cloud->authority));
  while (authority.ends_with('/')) authority.pop_back();
  return AzureServicePrincipal{
      .client_id = settings.value("azure_client_id").value_or(""),
      .client_secret = secret(settings, "azure_client_secret"),
      .tenant_id = settings.value("azure_tenant_id").value_or(""),
      .authority = std::move(authority),
      .management = std::string(cloud->management),
      .workspace_resource_id = settings.value("azure_workspace_resource_id").value_or("")};
}

constexpr auto methods = std::to_array<Method>({
    {"pat", "pat", {"token", "token"}, make_token},
    {"basic", "basic", {"username", "password"}, make_basic},
    {"oauth-m2m", "oauth", {"client_id", "client_secret"}, make_client},
    {"azure-client-secret", "azure", {"azure_client_id", "azure_client_secret"}, make_azure},
});

std::string_view variable_of(std::string_view name) {
  return std::ranges::find(attributes(), name, &Attribute::name)->variable;
}

Result<SignIn> make(const Method& method, const LayeredSettings& settings, const std::string& who) {
  for (auto name : method.needs) {
    if (settings.value(name)) continue;
    return fail(Code::unauthenticated,
                fmt::format("{} is to sign in with {}, but has no {}", who, method.auth_type, name),
                fmt::format("set {} in the profile, or {}", name, variable_of(name)));
  }
  return method.make(settings);
}

Result<SignIn> make_chosen(const std::string& auth_type, const LayeredSettings& settings,
                           const std::string& who) {
  std::vector<std::string> known;
  for (const auto& method : methods) {
    if (method.auth_type == auth_type) return make(method, settings, who);
    known.emplace_back(method.auth_type);
  }
  auto near = suggest(auth_type, known);
  return fail(Code::invalid, fmt::format("{}: weir does not sign in with auth_type '{}'", who, auth_type),
              near.empty() ? fmt::format("use one of {}", fmt::join(known, ", ")) : near);
}

}  // namespace

Result<SignIn> choose_sign_in(const LayeredSettings& settings, const std::string& who) {
  if (auto auth_type = settings.value("auth_type")) return make_chosen(*auth_type, settings, who);
  auto found = settings.methods();
  if (found.empty()) {
    return fail(Code::unauthenticated, fmt::format("{} has no token and no other way to sign in", who),
                "set DATABRICKS_TOKEN, or token in the profile; or client_id and client_secret of a service "
                "principal");
  }
  if (found.size() > 1) {
    std::vector<std::string> names;
    std::vector<std::string> places;
    for (const auto& [name, origin] : found) {
      names.emplace_back(name);
      places.push_back(fmt::format("{} in {}", name, origin->origin));
    }
    return fail(Code::invalid,
                fmt::format("more than one authorization method configured: {}", fmt::join(names, " and ")),
                fmt::format("found {}: remove all but one, or choose with auth_type (DATABRICKS_AUTH_TYPE)",
                            fmt::join(places, ", ")));
  }
  return make(*std::ranges::find(methods, found.begin()->first, &Method::name), settings, who);
}

}  // namespace weir::databricks
