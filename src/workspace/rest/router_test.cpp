#include "workspace/rest/router.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::workspace;

namespace {

/// A table of three routes, and requests that pass its guard.
struct World {
  Guard guard{"secret", 80};
  Router router;
  JsonObject seen;
  std::string file;

  World() {
    auto record = [this](const Call& call) {
      seen = call.fields;
      file = call.file.value_or("none");
      return ok({{"version", call.version}});
    };
    router.add_api({"2.0", "2.1"}, "jobs/get", {.method = "GET", .handler = record});
    router.add_api({"2.0"}, "dbfs/put",
                   {.method = "POST", .handler = record, .bodies = Bodies::json_or_form});
    router.add_api({"2.0"}, "things/{thing}/parts/{part}", {.method = "GET", .handler = record});
    router.add("/open", {.method = "GET", .access = Access::open, .handler = record});
  }

  net::ServerResponse ask(std::string method, std::string path, std::string body = {},
                          net::Headers query = {}, std::string type = "text/json") {
    net::ServerRequest request{
        .method = std::move(method), .target = path, .path = path, .query = std::move(query)};
    request.headers = {
        {"Host", "localhost"}, {"Authorization", "Bearer secret"}, {"Content-Type", std::move(type)}};
    request.body = std::move(body);
    return router.answer(request, guard);
  }
};

std::string code_of(const net::ServerResponse& response) {
  return string_or(parse_json(response.body).value(), "error_code", "");
}

}  // namespace

TEST_CASE("a route is found by method, path and version") {
  World world;
  CHECK(world.ask("GET", "/api/2.1/jobs/get").body == R"({"version":"2.1"})");
  CHECK(world.ask("GET", "/api/2.0/jobs/get").body == R"({"version":"2.0"})");
  CHECK(world.ask("POST", "/api/2.1/jobs/get").status == 405);
  for (auto path : {"/api/2.2/jobs/get", "/api/2.1/jobs/get/", "/api/2.1/jobs/gets", "/api/2.1/jobs/%67et"}) {
    CAPTURE(path);
    CHECK(world.ask("GET", path).status == 501);
    CHECK(code_of(world.ask("GET", path)) == "NOT_IMPLEMENTED");
  }
  CHECK(world.ask("GET", "/favicon.ico").status == 404);
}

TEST_CASE("a segment in braces is any one part of the path, and a field of the request") {
  World world;
  CHECK(world.ask("GET", "/api/2.0/things/a/parts/7", {}, {{"thing", "from the query"}}).status == 200);
  CHECK(world.seen == JsonObject{{"thing", "a"}, {"part", "7"}});
  for (auto path : {"/api/2.0/things/a/parts/", "/api/2.0/things/a/parts", "/api/2.0/things//parts/7",
                    "/api/2.0/things/a/parts/7/8", "/api/2.0/others/a/parts/7"}) {
    CAPTURE(path);
    CHECK(world.ask("GET", path).status == 501);
  }
  CHECK(world.ask("POST", "/api/2.0/things/a/parts/7").status == 405);
}

TEST_CASE("only routes declared open are served without the token, and strangers learn of no others") {
  World world;
  auto bare = [&](std::string path) {
    net::ServerRequest request{.method = "GET", .target = path, .path = path};
    request.headers = {{"Host", "localhost"}};
    return world.router.answer(request, world.guard).status;
  };
  CHECK(bare("/open") == 200);
  CHECK(bare("/open/") == 401);
  CHECK(bare("/api/2.1/jobs/get") == 401);
  CHECK(bare("/api/2.1/nothing") == 401);
}

TEST_CASE("GET parameters come from the query string or else from a JSON body") {
  World world;
  world.ask("GET", "/api/2.1/jobs/get", R"({"job_id": 1, "limit": "5"})", {{"job_id", "2"}});
  CHECK(world.seen == JsonObject{{"job_id", "2"}, {"limit", "5"}});
}

TEST_CASE("a body that is no JSON object is refused with its place") {
  World world;
  auto broken = world.ask("GET", "/api/2.1/jobs/get", "{\n\"job_id\": ]}");
  CHECK(broken.status == 400);
  CHECK(code_of(broken) == "MALFORMED_REQUEST");
  CHECK(broken.body.find("2:11") != std::string::npos);
  CHECK(code_of(world.ask("GET", "/api/2.1/jobs/get", "[1]")) == "MALFORMED_REQUEST");
}

TEST_CASE("a form is read only where a form is expected") {
  World world;
  std::string type = "multipart/form-data; boundary=x";
  std::string form =
      "--x\r\nContent-Disposition: form-data; name=\"path\"\r\n\r\n/a\r\n"
      "--x\r\nContent-Disposition: form-data; name=\"contents\"; "
      "filename=\"/etc/passwd\"\r\n\r\nbytes\r\n--x--";
  CHECK(world.ask("POST", "/api/2.0/dbfs/put", form, {}, type).status == 200);
  CHECK(world.seen == JsonObject{{"path", "/a"}});
  CHECK(world.file == "bytes");
  CHECK(code_of(world.ask("GET", "/api/2.1/jobs/get", form, {}, type)) == "MALFORMED_REQUEST");
}

TEST_CASE("a path or field that is not UTF-8 is refused, in an answer that is") {
  World world;
  std::string form = "--x\r\nContent-Disposition: form-data; name=\"path\"\r\n\r\n/\xe9\r\n--x--";
  CHECK(code_of(world.ask("GET", "/api/2.1/caf\xe9")) == "MALFORMED_REQUEST");
  CHECK(code_of(world.ask("GET", "/api/2.1/jobs/get", "", {{"job_id", "\xe9"}})) == "MALFORMED_REQUEST");
  CHECK(code_of(world.ask("POST", "/api/2.0/dbfs/put", form, {}, "multipart/form-data; boundary=x")) ==
        "MALFORMED_REQUEST");
}
