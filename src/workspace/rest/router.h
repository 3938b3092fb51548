// The one table of routes. Nothing is reachable that is not in it, and each entry says whether it needs the token and
// which fields it takes: there are no exceptions beside the table. A segment in braces stands for one part of the path,
// which the handler finds, decoded, among its fields: "sql/statements/{statement_id}". With dots it stands for all that
// follows: "fs/files/{path...}".
#pragma once

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_server.h"
#include "workspace/rest/answer.h"
#include "workspace/rest/field.h"
#include "workspace/rest/guard.h"

namespace weir::workspace {

/// One request, read: what handlers see.
struct Call {
  std::string version{};        ///< "2.1"; empty outside /api
  std::string authorization{};  ///< the header, for who trades credentials
  JsonObject fields{};  ///< JSON body or form fields, with the query string and the path's parts on top
  std::optional<std::string> file{};  ///< the file of a multipart form
  std::filesystem::path body_file{};  ///< where the body is, for Bodies::file; empty when there was none
  const net::ServerRequest* request = nullptr;  ///< what it was read from; ends with the call

  std::string origin() const;  ///< "http://127.0.0.1:8123": this server, as the client calls it
};

using Handler = std::function<Reply(const Call&)>;

enum class Access : std::uint8_t { with_token, open };
enum class Bodies : std::uint8_t { json, json_or_form, url_encoded, file };

struct Route {
  std::string method{};
  Access access = Access::with_token;
  Handler handler{};
  Bodies bodies = Bodies::json;
  std::uint64_t body_bytes_max = 0;        ///< 0: that of the server
  Treatment treatment = Treatment::works;  ///< of the endpoint as a whole
  std::string_view note{};  ///< for the table; of a refused endpoint the reason, and it needs no handler

  /// Those of a request that are not among them do not reach the handler. Without a list all do.
  std::optional<std::vector<Field>> fields{};
  std::string version{};
};

class Router {
 public:
  /// A whole path, such as "/.well-known/databricks-config".
  void add(std::string path, Route route);

  /// `name` ("jobs/create") under /api/<version>/ for each version.
  void add_api(std::initializer_list<std::string_view> versions, std::string_view name, Route route);

  /// Guards, finds and calls. Everything is answered: 421 and 403 by the guard, 401, 404 outside /api, 501
  /// NOT_IMPLEMENTED for unknown API paths (it names the nearest known), 405 for another method, 400 MALFORMED_REQUEST.
  net::ServerResponse answer(const net::ServerRequest& request, const Guard& guard) const;

  /// What becomes of the body of a request whose head is this: whom the guard refuses sends none. `new_file` names a
  /// file for it.
  net::Reception receive(const net::ServerRequest& head, const Guard& guard,
                         const std::function<std::filesystem::path()>& new_file) const;

  using Routes = std::multimap<std::string, Route, std::less<>>;
  const Routes& routes() const { return routes_; }

 private:
  Reply dispatch(const net::ServerRequest& request, const Guard& guard) const;
  std::pair<Routes::const_iterator, Routes::const_iterator> routes_of(std::string_view path) const;
  std::optional<ApiError> check(const net::ServerRequest& request, const Guard& guard,
                                const Route* route) const;
  const Route* find(const net::ServerRequest& request) const;
  std::unexpected<ApiError> unknown(const net::ServerRequest& request) const;
  static std::unexpected<ApiError> wrong_method(const net::ServerRequest& request,
                                                Routes::const_iterator begin, Routes::const_iterator end);

  Routes routes_;
};

}  // namespace weir::workspace
