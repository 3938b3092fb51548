#include "workspace/rest/answer.h"

#include <cstdio>

#include <fmt/format.h>

namespace weir::workspace {

Reply ok(JsonObject body) { return net::ServerResponse{.body = to_text(json(std::move(body)))}; }

net::ServerResponse to_response(const ApiError& error) {
  net::ServerResponse response{.status = error.status, .body = to_text(error.to_json())};
  if (error.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

std::unexpected<ApiError> refuse(int status, std::string code, std::string message) {
  return std::unexpected(ApiError{status, std::move(code), std::move(message)});
}

std::unexpected<ApiError> invalid_parameter(std::string message) {
  return refuse(400, "INVALID_PARAMETER_VALUE", std::move(message));
}

std::unexpected<ApiError> does_not_exist(std::string message) {
  return refuse(404, "RESOURCE_DOES_NOT_EXIST", std::move(message));
}

std::unexpected<ApiError> already_exists(std::string message) {
  return refuse(400, "RESOURCE_ALREADY_EXISTS", std::move(message));
}

std::unexpected<ApiError> internal_error(const Error& error) {
  fmt::print(stderr, "workspace: {}\n", to_text(error));
  return refuse(500, "INTERNAL_ERROR",
                "The workspace could not read or write its own state; its log says why.");
}

}  // namespace weir::workspace
