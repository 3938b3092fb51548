// The one table of routes. Nothing is reachable that is not in it, and each entry says whether it needs the
// token: there are no patterns and no exceptions beside the table.
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "net/http_server.h"
#include "workspace/answer.h"
#include "workspace/guard.h"

namespace weir::workspace {

/// One request, read: what handlers see.
struct Call {
  std::string version{};              ///< "2.1"; empty outside /api
  JsonObject fields{};                ///< JSON body or form fields, with the query string on top
  std::optional<std::string> file{};  ///< the file of a multipart form
};

using Handler = std::function<Reply(const Call&)>;

enum class Access : std::uint8_t { with_token, open };
enum class Bodies : std::uint8_t { json, json_or_form };

struct Route {
  std::string method{};
  Access access = Access::with_token;
  Handler handler{};
  Bodies bodies = Bodies::json;
  std::string version{};
};

class Router {
 public:
  /// A whole path, such as "/.well-known/databricks-config".
  void add(std::string path, Route route);

  /// `name` ("jobs/create") under /api/<version>/ for each version.
  void add_api(std::initializer_list<std::string_view> versions, std::string_view name, Route route);

  /// Guards, finds and calls. Everything is answered: 421 and 403 by the guard, 401, 404 outside /api, 501
  /// NOT_IMPLEMENTED for unknown API paths, 405 for another method, 400 MALFORMED_REQUEST.
  net::ServerResponse answer(const net::ServerRequest& request, const Guard& guard) const;

  const std::multimap<std::string, Route>& routes() const { return routes_; }

 private:
  Reply dispatch(const net::ServerRequest& request, const Guard& guard) const;

  std::multimap<std::string, Route> routes_;
};

}  // namespace weir::workspace
