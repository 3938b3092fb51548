#include "workspace/files/dbfs_api.h"

#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

struct Served : TestWorkspace {
  Served() { open(); }

  std::string read(const std::string& query) {
    auto answer = get("2.0/dbfs/read?" + query);
    REQUIRE_MESSAGE(answer.status == 200, answer.message());
    auto bytes = databricks::decode_base64(string_or(answer.body, "data", "?")).value();
    CHECK(answer.integer("bytes_read") == static_cast<std::int64_t>(bytes.size()));
    return bytes;
  }
};

}  // namespace

TEST_CASE("a file is put, described, read in pieces and deleted") {
  Served served;
  served.put("dbfs:/jobs/report.py", "print('hello')");
  auto status = served.get("2.0/dbfs/get-status?path=/jobs/report.py").body;
  CHECK(status.at("path") == "/jobs/report.py");
  CHECK(status.at("is_dir") == false);
  CHECK(status.at("file_size") == 14);
  CHECK(status.at("modification_time").to_number<std::int64_t>() > 1'600'000'000'000);
  CHECK(served.read("path=/jobs/report.py") == "print('hello')");
  CHECK(served.read("path=dbfs:/jobs/report.py&offset=6&length=7") == "'hello'");
  CHECK(served.read("path=/jobs/report.py&offset=100") == "");
  CHECK(served.post("2.0/dbfs/delete", {{"path", "/jobs/report.py"}}).body == json(JsonObject{}));
  auto gone = served.get("2.0/dbfs/get-status?path=/jobs/report.py");
  CHECK(gone.status == 404);
  CHECK(gone.code() == "RESOURCE_DOES_NOT_EXIST");
}

TEST_CASE("a big file goes up in blocks and appears when it is closed") {
  Served served;
  std::string block(1024 * 1024, 'x');
  auto handle = served.post("2.0/dbfs/create", {{"path", "/big"}, {"overwrite", "true"}}).integer("handle");
  for (int i = 0; i < 3; ++i) {
    json body{{"handle", std::to_string(handle)}, {"data", databricks::encode_base64(block)}};
    REQUIRE(served.post("2.0/dbfs/add-block", body).status == 200);
  }
  CHECK(served.get("2.0/dbfs/get-status?path=/big").status == 404);
  CHECK(served.post("2.0/dbfs/close", {{"handle", handle}}).status == 200);
  CHECK(served.get("2.0/dbfs/get-status?path=/big").integer("file_size") == 3 * 1024 * 1024);
  CHECK(served.read("path=/big&offset=3145727&length=1048576") == "x");
  CHECK(served.post("2.0/dbfs/close", {{"handle", handle}}).code() == "RESOURCE_DOES_NOT_EXIST");
  CHECK(served.post("2.0/dbfs/create", {{"path", "/big"}}).code() == "RESOURCE_ALREADY_EXISTS");
}

TEST_CASE("blocks and reads over one megabyte are refused with their own codes") {
  Served served;
  std::string over(1024 * 1024 + 1, 'x');
  json put{{"path", "/a"}, {"contents", databricks::encode_base64(over)}};
  CHECK(served.post("2.0/dbfs/put", put).code() == "MAX_BLOCK_SIZE_EXCEEDED");
  served.put("/a", "x");
  CHECK(served.get("2.0/dbfs/read?path=/a&length=1048577").code() == "MAX_READ_SIZE_EXCEEDED");
  CHECK(served.get("2.0/dbfs/read?path=/a&offset=-1").code() == "INVALID_PARAMETER_VALUE");
  CHECK(served.get("2.0/dbfs/read?path=/").code() == "INVALID_PARAMETER_VALUE");
  CHECK(served.post("2.0/dbfs/put", {{"path", "/b"}, {"contents", "%%%"}}).code() ==
        "INVALID_PARAMETER_VALUE");
}

TEST_CASE("a form carries a file bigger than one block") {
  Served served;
  std::string bytes(3 * 1024 * 1024, '\xff');
  std::string body =
      "--b\r\nContent-Disposition: form-data; name=\"path\"\r\n\r\n/form\r\n"
      "--b\r\nContent-Disposition: form-data; name=\"contents\"; filename=\"x\"\r\n\r\n" +
      bytes + "\r\n--b--\r\n";
  auto answer = served.send({.method = "POST",
                             .url = "/api/2.0/dbfs/put",
                             .headers = {{"Authorization", "Bearer " + served.token()},
                                         {"Content-Type", "multipart/form-data; boundary=b"}},
                             .body = body});
  CHECK(answer.status == 200);
  CHECK(served.get("2.0/dbfs/get-status?path=/form").integer("file_size") == 3 * 1024 * 1024);
}

TEST_CASE("folders are listed by name, moved and deleted only when asked to recurse") {
  Served served;
  served.put("/d/b", "1");
  served.put("/d/a/x", "22");
  auto files = served.get("2.0/dbfs/list?path=/d").body.at("files").get_array();
  REQUIRE(files.size() == 2);
  CHECK(files[0].at("path") == "/d/a");
  CHECK(files[0].at("is_dir") == true);
  CHECK(files[1].at("file_size") == 1);
  CHECK(served.get("2.0/dbfs/list?path=/d/b").body.at("files").at(0).at("path") == "/d/b");
  CHECK(served.post("2.0/dbfs/mkdirs", {{"path", "/e"}}).status == 200);
  CHECK(served.get("2.0/dbfs/list?path=/e").body == json(JsonObject{}));
  CHECK(served.post("2.0/dbfs/mkdirs", {{"path", "/d/b/c"}}).code() == "RESOURCE_ALREADY_EXISTS");
  CHECK(served.post("2.0/dbfs/move", {{"source_path", "/d/a"}, {"destination_path", "/e/a"}}).status == 200);
  CHECK(served.read("path=/e/a/x") == "22");
  CHECK(served.post("2.0/dbfs/move", {{"source_path", "/none"}, {"destination_path", "/y"}}).code() ==
        "RESOURCE_DOES_NOT_EXIST");
  CHECK(served.post("2.0/dbfs/delete", {{"path", "/e"}}).code() == "IO_ERROR");
  CHECK(served.post("2.0/dbfs/delete", {{"path", "/e"}, {"recursive", true}}).status == 200);
  CHECK(served.post("2.0/dbfs/delete", {{"path", "/e"}}).status == 200);
}

TEST_CASE("paths that would leave DBFS are refused in every form") {
  Served served;
  for (auto path : {"/../token", "/a/../../token", "..", "dbfs:/../workspace.db",
                    "/%2e%2e/%2e%2e/etc/passwd/..", "relative"}) {
    CAPTURE(path);
    CHECK(served.post("2.0/dbfs/put", {{"path", path}, {"contents", ""}}).code() ==
          "INVALID_PARAMETER_VALUE");
  }
  for (auto query :
       {"path=/%2e%2e/token", "path=%2F..%2Ftoken", "path=/a/%2e%2e/%2e%2e/token", "path=/a%00b", "path="}) {
    CAPTURE(query);
    CHECK(served.get("2.0/dbfs/read?" + std::string(query)).status == 400);
  }
}
