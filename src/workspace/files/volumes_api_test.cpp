#include "workspace/files/volumes_api.h"

#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

struct Served : TestWorkspace {
  Served() { open(); }

  Answered of(std::string method, std::string_view name, const JsonObject& body = {}) {
    return call(std::move(method), "2.1/unity-catalog/" + std::string(name),
                body.empty() ? "" : to_text(json(body)));
  }
  Answered make_schema(std::string_view name) {
    return of("POST", "schemas", {{"catalog_name", "main"}, {"name", name}});
  }
  Answered make_volume(std::string_view schema, std::string_view name, std::string_view type = "MANAGED") {
    return of("POST", "volumes",
              {{"catalog_name", "main"}, {"schema_name", schema}, {"name", name}, {"volume_type", type}});
  }
  bool has_folder(std::string_view path) {
    return std::filesystem::is_directory(folder() / "home/dbfs/Volumes" / path);
  }
};

std::vector<std::string> names(const Answered& answered, std::string_view field) {
  std::vector<std::string> found;
  for (const json& one : answered.body.at(field).get_array())
    found.push_back(string_or(one, "full_name", ""));
  return found;
}

}  // namespace

TEST_CASE("a schema and a volume in it are made, shown, listed and deleted, and are folders of DBFS") {
  Served served;
  auto schema = served.make_schema("raw");
  CHECK(string_or(schema.body, "full_name", "") == "main.raw");
  CHECK(served.make_schema("raw").code() == "SCHEMA_ALREADY_EXISTS");
  auto volume = served.make_volume("raw", "in-box");
  CHECK(string_or(volume.body, "full_name", "") == "main.raw.in-box");
  CHECK(string_or(volume.body, "storage_location", "") == "dbfs:/Volumes/main/raw/in-box");
  CHECK(int_or(volume.body, "created_at", 0) > 0);
  CHECK(served.has_folder("main/raw/in-box"));
  CHECK(served.make_volume("raw", "in-box").code() == "VOLUME_ALREADY_EXISTS");
  CHECK(served.of("GET", "volumes/main.raw.in-box").body == volume.body);
  CHECK(served.of("GET", "schemas/main.raw").status == 200);
  CHECK(names(served.of("GET", "schemas?catalog_name=main"), "schemas") ==
        std::vector<std::string>{"main.raw", "main.default"});
  CHECK(names(served.of("GET", "volumes?catalog_name=main&schema_name=raw"), "volumes") ==
        std::vector<std::string>{"main.raw.in-box"});

  CHECK(served.of("DELETE", "schemas/main.raw").code() == "INVALID_STATE");
  CHECK(served.of("DELETE", "volumes/main.raw.in-box").status == 200);
  CHECK(served.of("DELETE", "volumes/main.raw.in-box").code() == "VOLUME_DOES_NOT_EXIST");
  CHECK(served.of("DELETE", "schemas/main.raw").status == 200);
  CHECK(served.of("GET", "schemas/main.raw").code() == "SCHEMA_DOES_NOT_EXIST");
  CHECK_FALSE(served.has_folder("main/raw"));
}

TEST_CASE("a volume that came to be by a file put into it is a volume, and goes with its files") {
  Served served;
  auto put = served.call("PUT", "2.0/fs/files/Volumes/main/default/raw/a.txt", "hello");
  REQUIRE(put.status == 204);
  CHECK(served.of("GET", "volumes/main.default.raw").status == 200);
  CHECK(served.of("GET", "schemas/main.default").status == 200);
  CHECK(served.of("DELETE", "volumes/main.default.raw").status == 200);
  CHECK_FALSE(served.has_folder("main/default/raw"));
}

TEST_CASE("every catalog has a schema named default, and others must be made") {
  Served served;
  CHECK(served.of("GET", "schemas/other.default").status == 200);
  CHECK(served.make_schema("default").code() == "SCHEMA_ALREADY_EXISTS");
  CHECK(served.make_volume("default", "a").status == 200);
  CHECK(served.make_volume("raw", "a").code() == "SCHEMA_DOES_NOT_EXIST");
}

TEST_CASE("names that are none, volumes elsewhere and paths that lead out are refused") {
  Served served;
  for (std::string_view name : {"", "a.b", "a b", "..", "a/b"})
    CHECK(served.make_schema(name).code() == "INVALID_PARAMETER_VALUE");
  CHECK(served.make_volume("default", "a", "EXTERNAL").code() == "INVALID_PARAMETER_VALUE");
  CHECK(served.of("GET", "volumes/main.default").code() == "INVALID_PARAMETER_VALUE");
  CHECK(served.of("DELETE", "schemas/main...").code() == "INVALID_PARAMETER_VALUE");
}
