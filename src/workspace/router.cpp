#include "workspace/router.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/check.h"
#include "base/utf8.h"
#include "workspace/multipart.h"
#include "workspace/text.h"

namespace weir::workspace {
namespace {

/// What is not UTF-8 could not stand in the JSON of any answer.
bool is_text(std::string_view bytes) { return !first_byte_not_utf8(bytes); }

bool is_text(const std::pair<std::string, std::string>& field) {
  return is_text(field.first) && is_text(field.second);
}

/// A name that comes again makes a list: "filter_by.cluster_states=PENDING&filter_by.cluster_states=RUNNING".
void add_query(const net::Headers& query, JsonObject& fields) {
  std::set<std::string_view> seen;
  for (const auto& [name, value] : query) {
    bool again = !seen.insert(name).second && name.contains('.');
    if (!again)
      fields[name] = value;
    else if (json& earlier = fields[name]; earlier.is_array())
      earlier.get_array().emplace_back(value);
    else
      earlier = JsonArray{earlier, value};
  }
}

/// JSON is read whatever the Content-Type says (old clients send text/json), except where a form is allowed
/// and sent.
Answer<Call> read(const net::ServerRequest& request, const Route& route) {
  Call call{.version = route.version};
  std::string type = net::header(request.headers, "Content-Type").value_or("");
  if (route.bodies == Bodies::json_or_form && is_multipart(type)) {
    auto parts = parse_multipart(type, request.body);
    if (!parts) return std::unexpected(parts.error());
    for (auto& part : *parts) {
      bool holds_content = part.is_file || part.name == "content" || part.name == "contents";
      if (holds_content)
        call.file = std::move(part.content);
      else if (is_text({part.name, part.content}))
        call.fields[part.name] = part.content;
      else
        return refuse(400, "MALFORMED_REQUEST", "The fields of the form must be UTF-8.");
    }
  } else if (!trimmed(request.body).empty()) {
    auto body = parse_json(request.body);
    if (!body)
      return refuse(400, "MALFORMED_REQUEST", "Could not parse the request body: " + body.error().message);
    if (!body->is_object())
      return refuse(400, "MALFORMED_REQUEST",
                    fmt::format("The request body must be a JSON object, not {}.", type_name(*body)));
    call.fields = std::move(body->get_object());
  }
  add_query(request.query, call.fields);
  return call;
}

}  // namespace

void Router::add(std::string path, Route route) {
  auto [begin, end] = routes_.equal_range(path);
  for (auto it = begin; it != end; ++it)
    WEIR_CHECK(it->second.method != route.method, "each method and path has one route");
  routes_.emplace(std::move(path), std::move(route));
}

void Router::add_api(std::initializer_list<std::string_view> versions, std::string_view name, Route route) {
  for (std::string_view version : versions) {
    route.version = version;
    add(fmt::format("/api/{}/{}", version, name), route);
  }
}

Reply Router::dispatch(const net::ServerRequest& request, const Guard& guard) const {
  if (auto refusal = guard.check_origin(request)) return std::unexpected(*refusal);
  if (!is_text(request.path) ||
      !std::ranges::all_of(request.query, [](const auto& field) { return is_text(field); }))
    return refuse(400, "MALFORMED_REQUEST", "The path and the query must be UTF-8.");
  auto [begin, end] = routes_.equal_range(request.path);
  const Route* route = nullptr;
  for (auto it = begin; it != end; ++it)
    if (it->second.method == request.method) route = &it->second;

  if (!route || route->access == Access::with_token)
    if (auto refusal = guard.check_token(request)) return std::unexpected(*refusal);
  if (route) {
    auto call = read(request, *route);
    return call ? route->handler(*call) : std::unexpected(call.error());
  }
  if (begin != end)
    return refuse(405, "METHOD_NOT_ALLOWED", fmt::format("{} takes {}.", request.path, begin->second.method));
  if (request.path.starts_with("/api/"))
    return refuse(501, "NOT_IMPLEMENTED", fmt::format("The embedded workspace has no {} yet.", request.path));
  return refuse(404, "NOT_FOUND", "There is nothing here.");
}

net::ServerResponse Router::answer(const net::ServerRequest& request, const Guard& guard) const {
  auto reply = dispatch(request, guard);
  return reply ? std::move(*reply) : to_response(reply.error());
}

}  // namespace weir::workspace
