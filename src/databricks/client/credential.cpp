#include "databricks/client/credential.h"

namespace weir::databricks {

std::string redacted(std::string text, std::span<const Credential> secrets) {
  constexpr std::string_view instead = "[REDACTED]";
  for (const auto& secret : secrets) {
    if (secret.is_empty()) continue;
    for (auto at = text.find(secret.reveal()); at != text.npos;
         at = text.find(secret.reveal(), at + instead.size())) {
      text.replace(at, secret.reveal().size(), instead);
    }
  }
  return text;
}

}  // namespace weir::databricks
