#include "workspace/rest/router.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "workspace/rest/endpoint_table.h"

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

TEST_CASE("a handler gets the fields that its route declares, and no others") {
  World world;
  auto record = [&](const Call& call) {
    world.seen = call.fields;
    return ok();
  };
  world.router.add_api({"2.0"}, "sifted",
                       {.method = "POST",
                        .handler = record,
                        .fields = std::vector{works("path"), kept("tags"), refused("only", "it does all"),
                                              works("tags.inner", "a field below")}});
  world.router.add_api(
      {"2.0"}, "open",
      {.method = "POST", .handler = record, .fields = std::vector{works("path"), others_kept}});
  CHECK(world.ask("POST", "/api/2.0/sifted", R"({"path": 1, "tags": {}, "other": 2})").status == 200);
  CHECK(world.seen == JsonObject{{"path", 1}, {"tags", JsonObject{}}});
  auto refusal = world.ask("POST", "/api/2.0/sifted", R"({"only": ["a"]})");
  CHECK(refusal.status == 400);
  CHECK(refusal.body.contains("'only': it does all."));
  CHECK(world.ask("POST", "/api/2.0/sifted", R"({"only": null})").status == 200);
  CHECK(world.ask("POST", "/api/2.0/open", R"({"path": 1, "other": 2})").status == 200);
  CHECK(world.seen == JsonObject{{"path", 1}, {"other", 2}});
}

TEST_CASE("an open end takes the rest of the path, decoded") {
  World world;
  auto record = [&](const Call& call) {
    world.seen = call.fields;
    return ok();
  };
  world.router.add_api({"2.0"}, "fs/{path...}",
                       {.method = "GET", .handler = record, .fields = std::vector<Field>{}});
  CHECK(world.ask("GET", "/api/2.0/fs/a/b%20c%2Fd").status == 200);
  CHECK(world.seen == JsonObject{{"path", "a/b c/d"}});
  CHECK(world.ask("GET", "/api/2.0/fs/").status == 501);
  CHECK(world.ask("GET", "/api/2.0/fs").status == 501);
  CHECK(code_of(world.ask("GET", "/api/2.0/fs/%ff")) == "MALFORMED_REQUEST");
  CHECK(code_of(world.ask("GET", "/api/2.0/fs/%g")) == "MALFORMED_REQUEST");
}

TEST_CASE("what the workspace does not serve says why, and what is nearest") {
  World world;
  world.router.add_api({"2.0"}, "users",
                       {.method = "POST", .treatment = Treatment::refused, .note = "one is enough"});
  CHECK(world.ask("POST", "/api/2.0/users").status == 501);
  CHECK(world.ask("POST", "/api/2.0/users").body.contains("one is enough"));
  CHECK(world.ask("GET", "/api/2.1/jobs/gets").body.contains("Did you mean /api/2.1/jobs/get?"));
  CHECK_FALSE(world.ask("GET", "/api/2.0/something/else/entirely").body.contains("Did you mean"));
}

TEST_CASE("whom the guard refuses sends no body, and files get one of their own") {
  World world;
  world.router.add_api({"2.0"}, "files",
                       {.method = "PUT",
                        .handler = [](const Call&) { return ok(); },
                        .bodies = Bodies::file,
                        .body_bytes_max = 7});
  auto receive = [&](std::string method, std::string path, std::string token) {
    net::ServerRequest head{.method = std::move(method), .target = path, .path = path};
    head.headers = {{"Host", "localhost"}, {"Authorization", "Bearer " + token}};
    return world.router.receive(head, world.guard, [] { return "/staging/1"; });
  };
  auto file = receive("PUT", "/api/2.0/files", "secret");
  CHECK(file.file == "/staging/1");
  CHECK(file.body_bytes_max == 7);
  CHECK(receive("PUT", "/api/2.0/files", "other").refusal->status == 401);
  CHECK(receive("POST", "/api/2.0/dbfs/put", "secret").file.empty());
  CHECK_FALSE(receive("POST", "/api/2.0/dbfs/put", "secret").refusal);
  CHECK(receive("POST", "/api/2.0/none", "other").refusal->status == 401);
}

TEST_CASE("the table has every endpoint once, with the fields of its path and its own") {
  World world;
  world.router.add_api(
      {"2.0", "2.1"}, "a/{id}",
      {.method = "GET", .note = "a note", .fields = std::vector{kept("tags", "why"), others_kept}});
  auto endpoints = endpoints_of(world.router);
  auto found = std::ranges::find(endpoints, "a/{id}", &Endpoint::name);
  REQUIRE(found != endpoints.end());
  CHECK(found->versions == std::vector<std::string>{"2.0", "2.1"});
  CHECK(found->fields.front() == works("id", "in the path"));
  CHECK(found->is_declared);
  CHECK_FALSE(std::ranges::find(endpoints, "jobs/get", &Endpoint::name)->is_declared);
  CHECK(
      to_markdown(endpoints).contains("| `GET a/{id}` 2.0, 2.1 | works: a note | `id` (in the path) | `tags` "
                                      "(why), every other field |  |\n"));
}
