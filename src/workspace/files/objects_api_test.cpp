#include "workspace/files/objects_api.h"

#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

struct Served : TestWorkspace {
  Served() { open(); }

  Answered import_object(std::string path, std::string format, std::string_view content,
                         JsonObject more = {}) {
    more["path"] = path;
    more["format"] = format;
    more["content"] = databricks::encode_base64(content);
    return post("2.0/workspace/import", more);
  }
};

constexpr std::string_view notebook = "# Databricks notebook source\nprint(1)\n";

}  // namespace

TEST_CASE("a notebook is imported, found under both spellings of its path, exported and deleted") {
  Served served;
  REQUIRE(served.import_object("/Shared/ingest", "SOURCE", "print(1)\n", {{"language", "PYTHON"}}).status ==
          200);
  auto status = served.get("2.0/workspace/get-status?path=/Workspace/Shared/ingest").body;
  CHECK(status.at("object_type") == "NOTEBOOK");
  CHECK(status.at("language") == "PYTHON");
  CHECK(status.at("path") == "/Shared/ingest");
  CHECK(string_or(status, "resource_id", "") == std::to_string(int_or(status, "object_id", 0)));
  auto exported = served.get("2.0/workspace/export?path=/Shared/ingest").body;
  CHECK(databricks::decode_base64(string_or(exported, "content", "")) == notebook);
  CHECK(exported.at("file_type") == "py");
  CHECK(served.post("2.0/workspace/delete", {{"path", "/Shared/ingest"}}).status == 200);
  auto gone = served.get("2.0/workspace/get-status?path=/Shared/ingest");
  CHECK(gone.status == 404);
  CHECK(gone.message() == "Path (/Shared/ingest) doesn't exist.");
}

TEST_CASE("AUTO tells notebooks from files by their content") {
  Served served;
  REQUIRE(served.import_object("/Shared/nb.py", "AUTO", notebook).status == 200);
  REQUIRE(served.import_object("/Shared/tool.py", "AUTO", "x = 1\n").status == 200);
  auto objects = served.get("2.0/workspace/list?path=/Shared").body.at("objects").get_array();
  REQUIRE(objects.size() == 2);
  CHECK(objects[0].at("path") == "/Shared/nb");
  CHECK(objects[0].at("object_type") == "NOTEBOOK");
  CHECK(objects[1].at("path") == "/Shared/tool.py");
  CHECK(objects[1].at("size") == 6);
}

TEST_CASE("imports that cannot be are refused in the words that clients know") {
  Served served;
  REQUIRE(served.import_object("/Shared/a", "SOURCE", "1", {{"language", "PYTHON"}}).status == 200);
  auto again = served.import_object("/Shared/a", "SOURCE", "2", {{"language", "PYTHON"}});
  CHECK(again.status == 400);
  CHECK(again.code() == "RESOURCE_ALREADY_EXISTS");
  CHECK(again.message().ends_with("already exists."));
  CHECK(served.import_object("/Shared/a", "SOURCE", "2", {{"language", "PYTHON"}, {"overwrite", true}})
            .status == 200);
  CHECK(served.import_object("/none/a", "RAW", "1").status == 404);
  CHECK(served.import_object("/Shared/b", "SOURCE", "1").code() == "INVALID_PARAMETER_VALUE");
  CHECK(served.import_object("/Shared/b", "DBC", "1").code() == "INVALID_PARAMETER_VALUE");
  CHECK(served.import_object("/Shared/../b", "RAW", "1").code() == "INVALID_PARAMETER_VALUE");
  std::string big(10 * 1024 * 1024 + 1, 'x');
  CHECK(served.import_object("/Shared/big", "RAW", big).code() == "MAX_NOTEBOOK_SIZE_EXCEEDED");
}

TEST_CASE("the user's own folder is there from the start, and full folders are not deleted by chance") {
  Served served;
  std::string me = string_or(served.get("2.0/preview/scim/v2/Me").body, "userName", "");
  CHECK(served.get("2.0/workspace/get-status?path=/Workspace/Users/" + me).body.at("object_type") ==
        "DIRECTORY");
  REQUIRE(served.post("2.0/workspace/mkdirs", {{"path", "/Shared/a/b"}}).status == 200);
  CHECK(served.post("2.0/workspace/delete", {{"path", "/Shared/a"}}).code() == "DIRECTORY_NOT_EMPTY");
  CHECK(served.post("2.0/workspace/delete", {{"path", "/Shared/a"}, {"recursive", true}}).status == 200);
}
