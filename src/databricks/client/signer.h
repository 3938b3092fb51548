// Signs requests to one workspace, by whatever method is configured: fixed headers for tokens and passwords,
// access tokens that are fetched and refreshed for service principals.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "databricks/client/connection.h"
#include "databricks/client/refreshing_token.h"
#include "net/http_client.h"

namespace weir::databricks {

/// What a request is signed with.
struct Signature {
  net::Headers headers{};
  std::vector<Credential> tokens{};  ///< those in the headers that can be fetched anew, in the signer's order
};

/// Thread-safe. Kept alive by a fetch under way.
class Signer : public std::enable_shared_from_this<Signer> {
 public:
  /// `http` and `clock` must outlive it.
  static std::shared_ptr<Signer> make(const Connection& connection, net::HttpClient& http,
                                      const Clock& clock);

  /// `done` is called exactly once: at once, or on the client's thread when a token had to be fetched first.
  using Done = std::function<void(std::expected<Signature, CallError>)>;
  void sign(Done done);

  /// The workspace refused `signature`. Whether the next one will be another, so that trying again makes sense.
  bool refuse(const Signature& signature);

  /// What must not be seen of a message about a request with `signature`.
  std::vector<Credential> secrets(const Signature& signature) const;

 private:
  struct Fetched {
    std::string header;
    std::string prefix;
    std::shared_ptr<RefreshingToken> token;
  };
  void sign_from(std::size_t index, Signature signature, Done done);

  net::Headers fixed_{};
  std::vector<Fetched> fetched_{};
  std::vector<Credential> secrets_{};
};

}  // namespace weir::databricks
