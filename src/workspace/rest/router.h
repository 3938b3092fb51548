// The one table of routes. Nothing is reachable that is not in it, and each entry says whether it needs the
// token: there are no exceptions beside the table. A segment in braces stands for one part of the path, which the handler
// finds among its fields: "sql/statements/{statement_id}".
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "net/http_server.h"
#include "workspace/rest/answer.h"
#include "workspace/rest/guard.h"

namespace weir::workspace {

/// One request, read: what handlers see.
struct Call {
  std::string version{};        ///< "2.1"; empty outside /api
  std::string authorization{};  ///< the header, for who trades credentials
  JsonObject fields{};  ///< JSON body or form fields, with the query string and the path's parts on top
  std::optional<std::string> file{};  ///< the file of a multipart form
};

using Handler = std::function<Reply(const Call&)>;

enum class Access : std::uint8_t { with_token, open };
enum class Bodies : std::uint8_t { json, json_or_form, url_encoded };

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

  using Routes = std::multimap<std::string, Route, std::less<>>;
  const Routes& routes() const { return routes_; }

 private:
  Reply dispatch(const net::ServerRequest& request, const Guard& guard) const;
  std::pair<Routes::const_iterator, Routes::const_iterator> routes_of(std::string_view path) const;

  Routes routes_;
};

}  // namespace weir::workspace
