#include "workspace/rest/router.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/check.h"
#include "base/utf8.h"
#include "net/target.h"
#include "workspace/rest/multipart.h"
#include "workspace/rest/text.h"

namespace weir::workspace {
namespace {

/// What is not UTF-8 could not stand in the JSON of any answer.
bool is_text(std::string_view bytes) { return !first_byte_not_utf8(bytes); }

bool is_text(const std::pair<std::string, std::string>& field) {
  return is_text(field.first) && is_text(field.second);
}

bool is_open(std::string_view part) { return part.starts_with('{') && part.ends_with('}'); }

std::string_view take_part(std::string_view& path) {
  std::string_view part = path.substr(0, path.find('/'));
  path.remove_prefix(std::min(path.size(), part.size() + 1));
  return part;
}

bool matches(std::string_view pattern, std::string_view path) {
  if (pattern.find('{') == pattern.npos) return false;
  if (std::ranges::count(pattern, '/') != std::ranges::count(path, '/')) return false;
  while (!pattern.empty() || !path.empty()) {
    std::string_view wanted = take_part(pattern);
    std::string_view part = take_part(path);
    if (is_open(wanted) ? part.empty() : part != wanted) return false;
  }
  return true;
}

void add_parts(std::string_view pattern, std::string_view path, JsonObject& fields) {
  while (!pattern.empty()) {
    std::string_view wanted = take_part(pattern);
    std::string_view part = take_part(path);
    if (is_open(wanted)) fields[wanted.substr(1, wanted.size() - 2)] = part;
  }
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
  Call call{.version = route.version,
            .authorization = net::header(request.headers, "Authorization").value_or("")};
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
  } else if (route.bodies == Bodies::url_encoded) {
    auto form = net::parse_target("/?" + std::string(trimmed(request.body)));
    if (!form || !std::ranges::all_of(form->query, [](const auto& field) { return is_text(field); }))
      return refuse(400, "MALFORMED_REQUEST", "The request body must be an URL-encoded form.");
    for (const auto& [name, value] : form->query) call.fields[name] = value;
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

/// The literal path goes before a pattern that fits as well.
auto Router::routes_of(std::string_view path) const
    -> std::pair<Routes::const_iterator, Routes::const_iterator> {
  auto exact = routes_.equal_range(path);
  if (exact.first != exact.second) return exact;
  auto pattern = std::ranges::find_if(routes_, [&](const auto& entry) { return matches(entry.first, path); });
  return pattern == routes_.end() ? exact : routes_.equal_range(pattern->first);
}

Reply Router::dispatch(const net::ServerRequest& request, const Guard& guard) const {
  if (auto refusal = guard.check_origin(request)) return std::unexpected(*refusal);
  if (!is_text(request.path) ||
      !std::ranges::all_of(request.query, [](const auto& field) { return is_text(field); }))
    return refuse(400, "MALFORMED_REQUEST", "The path and the query must be UTF-8.");
  auto [begin, end] = routes_of(request.path);
  const Route* route = nullptr;
  for (auto it = begin; it != end; ++it)
    if (it->second.method == request.method) route = &it->second;

  if (!route || route->access == Access::with_token)
    if (auto refusal = guard.check_token(request)) return std::unexpected(*refusal);
  if (route) {
    auto call = read(request, *route);
    if (call) add_parts(begin->first, request.path, call->fields);
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
