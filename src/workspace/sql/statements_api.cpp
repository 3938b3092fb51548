#include "workspace/sql/statements_api.h"

#include <charconv>

#include <fmt/format.h>

#include "base/ids.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

constexpr std::int64_t wait_seconds_min = 5;
constexpr std::int64_t wait_seconds_max = 50;
constexpr std::size_t statement_bytes_max = 16 * 1024 * 1024;

/// "0s", or from "5s" to "50s".
Answer<std::int64_t> read_wait(const std::string& text) {
  std::int64_t seconds = -1;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  bool read = error == std::errc{} && std::string_view(end, text.data() + text.size()) == "s";
  if (read && (seconds == 0 || (seconds >= wait_seconds_min && seconds <= wait_seconds_max))) return seconds;
  return invalid_parameter(fmt::format("'wait_timeout' is '{}': it must be 0s, or from {}s to {}s.", text,
                                       wait_seconds_min, wait_seconds_max));
}

Answer<JsonObject> read_request(const Call& call) {
  Fields in(call.fields);
  JsonObject request{{"statement", in.text("statement")}};
  std::string disposition = in.text_or("disposition", "INLINE");
  std::string format = in.text_or("format", "JSON_ARRAY");
  std::int64_t row_limit = in.integer_or("row_limit", 0);
  std::int64_t byte_limit = in.integer_or("byte_limit", 0);
  const JsonArray* parameters = in.optional_array("parameters");
  for (std::string_view field : {"catalog", "schema"})
    if (auto text = in.optional_text(field)) request[field] = *text;
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (disposition != "INLINE" || format != "JSON_ARRAY")
    return invalid_parameter(fmt::format(
        "The embedded workspace gives results INLINE as JSON_ARRAY, not {} as {}.", disposition, format));
  if (row_limit < 0 || byte_limit < 0)
    return invalid_parameter("'row_limit' and 'byte_limit' cannot be negative.");
  if (string_or(json(request), "statement", "").size() > statement_bytes_max)
    return invalid_parameter(fmt::format("The statement is longer than {} bytes.", statement_bytes_max));
  request["row_limit"] = row_limit;
  request["byte_limit"] = byte_limit;
  request["parameters"] = parameters ? *parameters : JsonArray{};
  return request;
}

std::string chunk_link(const std::string& id, std::int64_t index) {
  return fmt::format("/api/2.0/sql/statements/{}/result/chunks/{}", id, index);
}

const JsonArray& chunks_of(const json& manifest) {
  static const JsonArray none;
  const json* chunks = find(manifest, "chunks");
  return chunks && chunks->is_array() ? chunks->get_array() : none;
}

}  // namespace

void StatementsApi::add_routes(Router& router) {
  auto add = [&](std::string_view method, std::string_view name, std::vector<Field> fields, Handler handler) {
    router.add_api(
        {"2.0"}, fmt::format("sql/statements{}", name),
        {.method = std::string(method), .handler = std::move(handler), .fields = std::move(fields)});
  };
  const std::vector<Field> statement{
      works("statement"),
      works("statement_id", "of this workspace alone: asked twice, it runs once"),
      works("warehouse_id"),
      works("catalog"),
      works("schema"),
      works("parameters"),
      works("wait_timeout"),
      works("on_wait_timeout"),
      works("row_limit"),
      works("byte_limit"),
      works("disposition", "`INLINE`"),
      works("format", "`JSON_ARRAY`")};
  add("POST", "", statement, [this](const Call& call) { return execute(call); });
  add("POST", "/", statement, [this](const Call& call) { return execute(call); });
  add("GET", "/{statement_id}", {}, [this](const Call& call) { return get(call); });
  add("POST", "/{statement_id}/cancel", {}, [this](const Call& call) { return cancel(call); });
  add("GET", "/{statement_id}/result/chunks/{chunk_index}", {},
      [this](const Call& call) { return chunk(call); });
}

Answer<workspace::Statement> StatementsApi::statement_of(const Call& call) {
  Fields in(call.fields);
  std::string id = in.text("statement_id");
  auto found = statements_.store().find(id);
  if (!found) return internal_error(found.error());
  if (!*found)
    return does_not_exist(fmt::format("The statement {} was not found; results are kept for a day.", id));
  return std::move(**found);
}

Reply StatementsApi::execute(const Call& call) {
  Fields in(call.fields);
  std::string warehouse = in.text("warehouse_id");
  auto wait = read_wait(in.text_or("wait_timeout", "10s"));
  bool cancels = in.text_or("on_wait_timeout", "CONTINUE") == "CANCEL";
  auto asked_id = in.optional_text("statement_id");  // of who may have to ask again for want of an answer
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (!wait) return std::unexpected(wait.error());
  if (asked_id && !parse_uuid(*asked_id)) return invalid_parameter("'statement_id' must be a UUID.");
  auto request = read_request(call);
  if (!request) return std::unexpected(request.error());
  auto known = clusters_.store().find(warehouse);
  if (!known) return internal_error(known.error());
  if (!*known) return invalid_parameter(fmt::format("{} is not a valid endpoint id.", warehouse));

  SystemRandom random;
  std::string id = asked_id ? *asked_id : to_text(make_uuid_v7(clock_.now(), random));
  auto earlier = statements_.store().find(id);
  if (!earlier) return internal_error(earlier.error());
  if (*earlier) return shown(id);
  auto submitted = statements_.submit({.id = id, .warehouse_id = warehouse, .request = std::move(*request)});
  if (!submitted) return std::unexpected(submitted.error());
  if (*wait == 0) return shown(id);
  net::ServerResponse response;
  response.later = [this, id, wait = *wait, cancels](net::ServerResponse::Answer answer) {
    statements_.wait(id, std::chrono::seconds(wait), [this, id, cancels, answer = std::move(answer)] {
      auto statement = statements_.store().find(id);
      if (cancels && statement && *statement && !(*statement)->has_ended())
        (void)statements_.cancel(std::move(**statement));
      auto reply = shown(id);
      answer(reply ? std::move(*reply) : to_response(reply.error()));
    });
  };
  return response;
}

Reply StatementsApi::shown(const std::string& id) {
  auto found = statements_.store().find(id);
  if (!found || !*found)
    return found ? does_not_exist("The statement is gone.") : internal_error(found.error());
  const workspace::Statement& statement = **found;
  JsonObject status{{"state", name_of(statement.state)}};
  if (!statement.error.empty()) status["error"] = statement.error;
  JsonObject body{{"statement_id", id}, {"status", std::move(status)}};
  if (statement.state != StatementState::succeeded) return ok(std::move(body));
  json told = statements_.manifest_of(id);
  const json* manifest = find(told, "manifest");
  if (!manifest) return ok(std::move(body));
  body["manifest"] = *manifest;
  body["result"] = chunks_of(*manifest).empty() ? JsonObject{} : chunk_shown(id, *manifest, 0);
  return ok(std::move(body));
}

JsonObject StatementsApi::chunk_shown(const std::string& id, const json& manifest, std::int64_t index) {
  const JsonArray& chunks = chunks_of(manifest);
  auto at = static_cast<std::size_t>(index);
  JsonObject chunk = chunks[at].is_object() ? chunks[at].get_object() : JsonObject{};
  auto rows = statements_.chunk_of(id, index);
  chunk["data_array"] = rows ? parse_json(*rows).value_or(JsonArray{}) : json(JsonArray{});
  if (at + 1 < chunks.size()) {
    chunk["next_chunk_index"] = index + 1;
    chunk["next_chunk_internal_link"] = chunk_link(id, index + 1);
  }
  return chunk;
}

Reply StatementsApi::get(const Call& call) {
  auto statement = statement_of(call);
  return statement ? shown(statement->id) : std::unexpected(statement.error());
}

Reply StatementsApi::cancel(const Call& call) {
  auto statement = statement_of(call);
  if (!statement) return std::unexpected(statement.error());
  auto canceled = statements_.cancel(std::move(*statement));
  return canceled ? ok() : std::unexpected(canceled.error());
}

Reply StatementsApi::chunk(const Call& call) {
  auto statement = statement_of(call);
  if (!statement) return std::unexpected(statement.error());
  Fields in(call.fields);
  std::int64_t index = in.integer("chunk_index");
  if (in.refusal()) return std::unexpected(*in.refusal());
  json told = statements_.manifest_of(statement->id);
  const json* manifest = find(told, "manifest");
  if (!manifest || index < 0 || index >= std::ssize(chunks_of(*manifest)))
    return invalid_parameter(fmt::format("The statement {} has no chunk {}.", statement->id, index));
  return ok(chunk_shown(statement->id, *manifest, index));
}

}  // namespace weir::workspace
