#include "workspace/rest/router.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/check.h"
#include "base/nearest.h"
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

/// "path" of "{path...}", which takes all that follows.
bool takes_the_rest(std::string_view part) { return part.ends_with("...}"); }

std::string_view name_in(std::string_view part) {
  return part.substr(1, part.size() - (takes_the_rest(part) ? 5 : 2));
}

std::string_view take_part(std::string_view& path) {
  std::string_view part = path.substr(0, path.find('/'));
  path.remove_prefix(std::min(path.size(), part.size() + 1));
  return part;
}

bool matches(std::string_view pattern, std::string_view path) {
  if (pattern.find('{') == pattern.npos) return false;
  bool rest = takes_the_rest(pattern);
  auto slashes = [](std::string_view text) { return std::ranges::count(text, '/'); };
  if (rest ? slashes(pattern) > slashes(path) : slashes(pattern) != slashes(path)) return false;
  while (!pattern.empty() || !path.empty()) {
    std::string_view wanted = take_part(pattern);
    if (takes_the_rest(wanted)) return !path.empty();
    std::string_view part = take_part(path);
    if (is_open(wanted) ? part.empty() : part != wanted) return false;
  }
  return true;
}

/// The parts of the path that the pattern leaves open, decoded. What is no UTF-8 then, or no escape, is refused.
Answer<void> add_parts(std::string_view pattern, std::string_view path, JsonObject& fields) {
  while (!pattern.empty()) {
    std::string_view wanted = take_part(pattern);
    std::string_view part = takes_the_rest(wanted) ? path : take_part(path);
    if (!is_open(wanted)) continue;
    auto decoded = net::percent_decode(part);
    if (!decoded || !is_text(*decoded))
      return refuse(400, "MALFORMED_REQUEST", "The path must be UTF-8, with whole escapes.");
    fields[name_in(wanted)] = *decoded;
  }
  return {};
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
            .authorization = net::header(request.headers, "Authorization").value_or(""),
            .body_file = request.body_file,
            .request = &request};
  std::string type = net::header(request.headers, "Content-Type").value_or("");
  if (route.bodies == Bodies::file) {
    // The handler finds the bytes themselves.
  } else if (route.bodies == Bodies::json_or_form && is_multipart(type)) {
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

/// Leaves the fields that the route takes, and refuses those it refuses.
Answer<void> sift(const Route& route, JsonObject& fields) {
  if (!route.fields) return {};
  bool others = false;
  for (const Field& field : *route.fields) {
    others = others || field.name == others_kept.name;
    if (field.treatment != Treatment::refused) continue;
    const json* value = fields.if_contains(field.name);
    if (value && !value->is_null())
      return invalid_parameter(
          fmt::format("The embedded workspace does not take '{}': {}.", field.name, field.note));
  }
  auto is_taken = [&](std::string_view name) {
    return std::ranges::find(*route.fields, name, &Field::name) != route.fields->end();
  };
  for (auto it = fields.begin(); !others && it != fields.end();)
    it = is_taken(it->key()) ? std::next(it) : fields.erase(it);
  return {};
}

}  // namespace

std::string_view name_of(Treatment treatment) {
  switch (treatment) {
    case Treatment::works:
      return "works";
    case Treatment::kept:
      return "kept";
    case Treatment::refused:
      return "refused";
  }
  return "refused";
}

std::string Call::origin() const {
  return fmt::format("{}://{}", request->is_secure ? "https" : "http",
                     net::header(request->headers, "Host").value_or("localhost"));
}

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

const Route* Router::find(const net::ServerRequest& request) const {
  auto [begin, end] = routes_of(request.path);
  for (auto it = begin; it != end; ++it)
    if (it->second.method == request.method) return &it->second;
  return nullptr;
}

std::optional<ApiError> Router::check(const net::ServerRequest& request, const Guard& guard,
                                      const Route* route) const {
  if (auto refusal = guard.check_origin(request)) return refusal;
  if (!is_text(request.path) ||
      !std::ranges::all_of(request.query, [](const auto& field) { return is_text(field); }))
    return refuse(400, "MALFORMED_REQUEST", "The path and the query must be UTF-8.").error();
  if (route && route->access == Access::open) return std::nullopt;
  return guard.check_token(request);
}

net::Reception Router::receive(const net::ServerRequest& head, const Guard& guard,
                               const std::function<std::filesystem::path()>& new_file) const {
  const Route* route = find(head);
  if (auto refusal = check(head, guard, route)) return {.refusal = to_response(*refusal)};
  if (!route) return {};
  return {.file = route->bodies == Bodies::file ? new_file() : std::filesystem::path(),
          .body_bytes_max = route->body_bytes_max};
}

Reply Router::dispatch(const net::ServerRequest& request, const Guard& guard) const {
  const Route* route = find(request);
  if (auto refusal = check(request, guard, route)) return std::unexpected(*refusal);
  auto [begin, end] = routes_of(request.path);
  if (!route) return begin == end ? unknown(request) : wrong_method(request, begin, end);
  if (route->treatment == Treatment::refused)
    return refuse(501, "NOT_IMPLEMENTED",
                  fmt::format("The embedded workspace does not serve {}: {}.", request.path, route->note));
  auto call = read(request, *route);
  if (!call) return std::unexpected(call.error());
  if (auto sifted = sift(*route, call->fields); !sifted) return std::unexpected(sifted.error());
  if (auto added = add_parts(begin->first, request.path, call->fields); !added)
    return std::unexpected(added.error());
  return route->handler(*call);
}

std::unexpected<ApiError> Router::wrong_method(const net::ServerRequest& request,
                                               Routes::const_iterator begin, Routes::const_iterator end) {
  std::string methods;
  for (auto it = begin; it != end; ++it) methods += (methods.empty() ? "" : ", ") + it->second.method;
  return refuse(405, "METHOD_NOT_ALLOWED", fmt::format("{} takes {}.", request.path, methods));
}

std::unexpected<ApiError> Router::unknown(const net::ServerRequest& request) const {
  if (!request.path.starts_with("/api/")) return refuse(404, "NOT_FOUND", "There is nothing here.");
  std::vector<std::string> paths;
  for (auto it = routes_.begin(); it != routes_.end(); it = routes_.upper_bound(it->first))
    paths.push_back(it->first);
  auto near = nearest(request.path, paths);
  return refuse(501, "NOT_IMPLEMENTED",
                fmt::format("The embedded workspace has no {} yet.{}", request.path,
                            near ? fmt::format(" Did you mean {}?", *near) : ""));
}

net::ServerResponse Router::answer(const net::ServerRequest& request, const Guard& guard) const {
  auto reply = dispatch(request, guard);
  return reply ? std::move(*reply) : to_response(reply.error());
}

}  // namespace weir::workspace
