// Bad input and bad days, over the whole router: whatever clients send, the server answers in the API's shape, stays
// alive, and gives back what it took.
#include <array>
#include <fstream>
#include <sstream>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "workspace/files/zip_archive.h"
#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

/// A connection that says what the test says.
class Wire {
 public:
  explicit Wire(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval limit{.tv_sec = 30, .tv_usec = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    REQUIRE(::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }

  bool send(std::string_view text) const {
    while (!text.empty()) {
      auto sent = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  std::string receive_all() const {
    std::string text;
    std::array<char, 4096> piece{};
    for (ssize_t count; (count = ::recv(socket_.get(), piece.data(), piece.size(), 0)) > 0;)
      text.append(piece.data(), static_cast<std::size_t>(count));
    return text;
  }

 private:
  Descriptor socket_;
};

struct Served : TestWorkspace {
  std::vector<json> endpoints{};

  Served() {
    open();
    auto all = Workspace::endpoints_as_json();
    REQUIRE(all);
    endpoints.assign(all->as_array().begin(), all->as_array().end());
  }

  std::uint16_t port() { return workspace().port(); }

  /// Every path of an endpoint, its open parts filled with `part`.
  static std::vector<std::string> paths_of(const json& endpoint, std::string_view part) {
    std::string name = string_or(endpoint, "name", "");
    for (std::size_t at = name.find('{'); at != name.npos; at = name.find('{', at + part.size()))
      name.replace(at, name.find('}', at) - at + 1, part);
    if (name.starts_with('/')) return {name};
    std::vector<std::string> paths;
    for (const json& version : endpoint.at("versions").as_array())
      paths.push_back("/api/" + std::string(version.as_string()) + "/" + name);
    return paths;
  }

  Answered ask(const std::string& method, const std::string& path, std::string body) {
    return send({.method = method,
                 .url = path,
                 .headers = {{"Authorization", "Bearer " + token()}, {"Content-Type", "application/json"}},
                 .body = std::move(body)});
  }

  /// Asks every endpoint, and what it answers must never be the server's fault.
  void ask_all(std::string_view part, const std::string& body) {
    for (const json& endpoint : endpoints) {
      std::string method = string_or(endpoint, "method", "");
      for (const auto& path : paths_of(endpoint, part)) {
        auto answered = ask(method, path, body);
        CAPTURE(method);
        CAPTURE(path);
        CAPTURE(body.substr(0, 100));
        CAPTURE(to_text(answered.body).substr(0, 300));
        CHECK((answered.status < 500 || answered.status == 501));
        bool is_api = path.starts_with("/api/") && method != "HEAD";
        if (is_api && answered.status >= 400) CHECK(has_shape(path, answered));
      }
    }
    CHECK(is_alive());
  }

  /// API 1.2, SCIM and OAuth have shapes of their own.
  static bool has_shape(const std::string& path, const Answered& answered) {
    if (!answered.body.is_object()) return false;
    if (path.starts_with("/api/1.2/") && find_string(answered.body, "error")) return true;
    if (path.contains("/scim/") && find_string(answered.body, "detail")) return true;
    return !answered.code().empty() && !answered.message().empty();
  }

  bool is_alive() { return get("2.0/preview/scim/v2/Me").status == 200; }

  std::string head(std::string_view method, std::string_view path, std::string_view more = {}) {
    return fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: Bearer {}\r\n{}", method, path,
                       port(), token(), more);
  }
};

std::int64_t memory_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return std::stoll(line.substr(6));
  return 0;
}

}  // namespace

TEST_CASE("every endpoint refuses what is no JSON object, with the place where it is wrong") {
  Served served;
  for (std::string body : {"{", "[1, 2]", "null", "\"text\"", "{\"a\": 1,}", "{\"a\": \xff}", "\x00\x01"})
    served.ask_all("1", body);
  CHECK(served.post("2.1/jobs/create", json(JsonArray{})).code() == "MALFORMED_REQUEST");
  std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  CHECK(served.call("POST", "2.1/jobs/create", "{\"a\": " + deep + "}").code() == "MALFORMED_REQUEST");
}

TEST_CASE("every endpoint takes or refuses fields of any type, and asks for those that are missing") {
  Served served;
  served.ask_all("1", "");
  for (const json& value : std::vector<json>{nullptr, true, -1, 1.5, "", "text", "999999999999999999999",
                                             JsonArray{}, JsonArray{1, nullptr, "x"}, JsonObject{},
                                             json{{"a", {{"b", JsonArray{JsonObject{}}}}}}}) {
    for (const json& endpoint : served.endpoints) {
      std::string method = string_or(endpoint, "method", "");
      JsonObject body;
      for (const json& field : endpoint.at("fields").as_array()) {
        std::string name = string_or(field, "name", "");
        if (!name.contains('.') && !name.contains(' ')) body[name] = value;
      }
      for (const auto& path : Served::paths_of(endpoint, "1")) {
        auto answered = served.ask(method, path, to_text(json(body)));
        CAPTURE(method);
        CAPTURE(path);
        CAPTURE(to_text(value));
        CAPTURE(to_text(answered.body).substr(0, 300));
        CHECK((answered.status < 500 || answered.status == 501));
      }
    }
  }
  CHECK(served.is_alive());
}

TEST_CASE("ids that nobody has, and parts of paths that are anything, are refused") {
  Served served;
  for (std::string_view part :
       {"999999999", "-1", "%00", "%ff", "%zz", "..", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "a%2Fb",
        "%F0%9F%98%80", "'%3B%20DROP%20TABLE%20runs", "x%0d%0aX-Injected:%201"})
    served.ask_all(part, "{}");
  std::string long_part(8000, 'x');
  served.ask_all(long_part, "{}");
}

TEST_CASE("no path leads out of the folders of the workspace") {
  Served served;
  for (const std::string& path : {"/../../../../etc/passwd", "/..", "/a/../../b", "/./etc/passwd", "//../x",
                                  "/Volumes/a/b/c/../../../../../x", "/Workspace/../../token",
                                  "dbfs:/../token", "/a\\..\\b/../..", "/~/x/.."}) {
    CAPTURE(path);
    json body{
        {"path", path}, {"contents", "eA=="}, {"content", "eA=="}, {"format", "RAW"}, {"overwrite", true}};
    CHECK(served.post("2.0/dbfs/put", body).status == 400);
    CHECK(served.post("2.0/dbfs/mkdirs", body).status == 400);
    CHECK(served.post("2.0/workspace/import", body).status == 400);
    CHECK(served.post("2.0/workspace/mkdirs", body).status == 400);
    CHECK(served.post("2.0/dbfs/move", {{"source_path", "/"}, {"destination_path", path}}).status == 400);
  }
  std::filesystem::create_symlink("/etc", served.folder() / "home/dbfs/link");
  CHECK(served.get("2.0/dbfs/read?path=/link/passwd").status == 400);
  CHECK(served.get("2.0/dbfs/list?path=/link").status == 404);
}

TEST_CASE("a bomb of an archive is refused before it is unpacked, and costs no memory") {
  Served served;
  ZipWriter writer;
  std::string zeros(20 * 1024 * 1024, '\0');
  for (int i = 0; i < 6; ++i) writer.add("f" + std::to_string(i), zeros);  // 120 MiB in an eighth of one
  zeros = {};
  std::string bomb = writer.finish();
  auto before = memory_kib();
  auto answered = served.post("2.0/workspace/import",
                              {{"path", "/Shared/bomb"}, {"content", databricks::encode_base64(bomb)}});
  CHECK(answered.code() == "INVALID_PARAMETER_VALUE");
  CHECK(answered.message().contains("unpacks to more than"));
  CHECK(memory_kib() - before < 50 * 1024);
  CHECK(served.get("2.0/workspace/get-status?path=/Shared/bomb").status == 404);
}

TEST_CASE("bodies over the limit are refused, by their length or as soon as they are too long") {
  Served served;
  std::string large(100 * 1024 * 1024, ' ');
  auto before = memory_kib();
  CHECK(served.call("POST", "2.0/dbfs/put", large).status == 413);
  CHECK(served.call("POST", "2.0/dbfs/put", large).code() == "REQUEST_TOO_LARGE");
  Wire chunked(served.port());
  CHECK(chunked.send(served.head("POST", "/api/2.0/dbfs/put", "Transfer-Encoding: chunked\r\n\r\n")));
  std::string piece = "100000\r\n" + std::string(0x100000, ' ') + "\r\n";
  for (int i = 0; i < 65 && chunked.send(piece); ++i) {
  }
  CHECK(chunked.receive_all().starts_with("HTTP/1.1 413 "));
  CHECK(memory_kib() - before < 200 * 1024);
  CHECK(served.is_alive());
}

TEST_CASE("floods of headers are refused") {
  Served served;
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += fmt::format("X-{}: 1\r\n", i);
  for (const std::string& flood : {many, "X: " + std::string(1'000'000, 'x') + "\r\n"}) {
    Wire wire(served.port());
    wire.send(served.head("GET", "/api/2.1/jobs/list", flood + "\r\n"));
    CHECK(wire.receive_all().starts_with("HTTP/1.1 431 "));
  }
  Wire twice(served.port());
  twice.send(
      served.head("GET", "/api/2.1/jobs/list",
                  fmt::format("Authorization: Bearer {}\r\nConnection: close\r\n\r\n", served.token())));
  CHECK(twice.receive_all().starts_with("HTTP/1.1 401 "));
  CHECK(served.is_alive());
}

TEST_CASE("clients that say half a request and no more keep nobody from being served") {
  Served served;
  std::vector<std::unique_ptr<Wire>> slow;
  for (int i = 0; i < 300; ++i) {
    slow.push_back(std::make_unique<Wire>(served.port()));
    if (i % 3 == 1) REQUIRE(slow.back()->send("GET /api/2.1/jo"));
    if (i % 3 == 2)
      REQUIRE(slow.back()->send(
          served.head("PUT", "/api/2.0/fs/files/Volumes/a/b/c/d", "Content-Length: 9\r\n\r\nhalf")));
  }
  auto started = std::chrono::steady_clock::now();
  for (int i = 0; i < 50; ++i) CHECK(served.is_alive());
  CHECK(std::chrono::steady_clock::now() - started < std::chrono::seconds(10));
  slow.clear();
  auto until = std::chrono::steady_clock::now() + patience;
  while (!std::filesystem::is_empty(served.folder() / "home/staging")) {
    REQUIRE(std::chrono::steady_clock::now() < until);
    CHECK(served.is_alive());
  }
}

TEST_CASE("many connections at once are all served, also more than there are places") {
  Served served;
  std::vector<std::unique_ptr<Wire>> wires;
  for (int i = 0; i < 900; ++i) {
    wires.push_back(std::make_unique<Wire>(served.port()));
    REQUIRE(wires.back()->send(served.head("GET", "/api/2.1/jobs/list", "Connection: close\r\n\r\n")));
  }
  for (const auto& wire : wires) CHECK(wire->receive_all().starts_with("HTTP/1.1 200 "));
  CHECK(served.is_alive());
}

TEST_CASE("unknown endpoints are refused honestly, with the nearest that is known") {
  Served served;
  auto unknown = served.get("2.1/jobs/lists");
  CHECK(unknown.status == 501);
  CHECK(unknown.code() == "NOT_IMPLEMENTED");
  CHECK(unknown.message().contains("/jobs/list?"));
  CHECK(served.get("2.0/lakeview/dashboards").status == 501);
  auto wrong_method = served.call("DELETE", "2.0/fs/create-download-url", "");
  CHECK(wrong_method.status == 405);
  CHECK(wrong_method.message().contains("POST"));
}
