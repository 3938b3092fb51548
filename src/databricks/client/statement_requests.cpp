#include "databricks/client/statement_requests.h"

#include <fmt/format.h>

#include "databricks/client/request_parts.h"

namespace weir::databricks::requests {
namespace {

std::string address(std::string_view statement_id) {
  return fmt::format("/api/2.0/sql/statements/{}", net::percent_encode(statement_id));
}

}  // namespace

ApiRequest execute_statement(json body) { return order_once("/api/2.0/sql/statements", std::move(body)); }

ApiRequest statement(std::string_view statement_id) { return ask(address(statement_id)); }

ApiRequest statement_chunk(std::string_view statement_id, std::int64_t index) {
  return ask(fmt::format("{}/result/chunks/{}", address(statement_id), index));
}

ApiRequest cancel_statement(std::string_view statement_id) {
  return order(address(statement_id) + "/cancel", JsonObject{});
}

ApiRequest warehouses() { return ask("/api/2.0/sql/warehouses"); }

}  // namespace weir::databricks::requests
