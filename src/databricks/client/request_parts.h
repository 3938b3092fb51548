// What the builders of requests share.
#pragma once

#include <utility>

#include "databricks/client/api_call.h"

namespace weir::databricks::requests {

inline ApiRequest ask(std::string path, net::Headers query = {}) {
  return {.path = std::move(path), .query = std::move(query), .repeatable = true};
}

/// A POST whose second arrival does no more than the first.
inline ApiRequest order(std::string path, json body) {
  return {.method = "POST", .path = std::move(path), .body = std::move(body), .repeatable = true};
}

/// A POST that does something each time it arrives.
inline ApiRequest order_once(std::string path, json body) {
  return {.method = "POST", .path = std::move(path), .body = std::move(body), .repeatable = false};
}

inline net::Headers with_page(net::Headers query, std::string_view page_token) {
  if (!page_token.empty()) query.emplace_back("page_token", page_token);
  return query;
}

}  // namespace weir::databricks::requests
