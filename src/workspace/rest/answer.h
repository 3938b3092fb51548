// What the REST API answers: a JSON object, raw bytes, or an error in Databricks' shape. Clients match on
// error codes and wordings, so both are made here and nowhere else.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "databricks/wire/api_error.h"
#include "net/http_server.h"

namespace weir::workspace {

using databricks::ApiError;

template <class T>
using Answer = std::expected<T, ApiError>;

using Reply = Answer<net::ServerResponse>;

Reply ok(JsonObject body = {});
net::ServerResponse to_response(const ApiError& error);

std::unexpected<ApiError> refuse(int status, std::string code, std::string message);
std::unexpected<ApiError> invalid_parameter(std::string message);  ///< 400 INVALID_PARAMETER_VALUE
std::unexpected<ApiError> does_not_exist(std::string message);     ///< 404 RESOURCE_DOES_NOT_EXIST
std::unexpected<ApiError> already_exists(std::string message);     ///< 400 RESOURCE_ALREADY_EXISTS

/// An error of our own store or disk. The client learns that it happened; the details go to standard error.
std::unexpected<ApiError> internal_error(const Error& error);

}  // namespace weir::workspace
