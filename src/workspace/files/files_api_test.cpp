#include "workspace/files/files_api.h"

#include <fstream>

#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view volume = "/Volumes/main/default/raw";

struct Served : TestWorkspace {
  Served() { open(); }

  Answered file(std::string method, std::string_view path, std::string body = {}, net::Headers headers = {}) {
    headers.emplace_back("Authorization", "Bearer " + token());
    return send({.method = std::move(method),
                 .url = "/api/2.0/fs/files" + std::string(path),
                 .headers = std::move(headers),
                 .body = std::move(body)});
  }
  Answered put(std::string_view name, std::string body, std::string query = {}) {
    return file("PUT", std::string(volume) + "/" + std::string(name) + query, std::move(body));
  }
  Answered fetch(std::string_view name, net::Headers headers = {}) {
    return file("GET", std::string(volume) + "/" + std::string(name), {}, std::move(headers));
  }
  Answered folder_call(std::string method, std::string_view path, std::string query = {}) {
    return call(std::move(method), "2.0/fs/directories" + std::string(path) + query, "");
  }
  /// A request to an address that the workspace gave out, with what it says opens it.
  Answered use(const json& address, std::string method, std::string body = {}) {
    std::string url = string_or(address, "url", "");
    REQUIRE(url.starts_with(host()));
    const json& header = address.at("headers").at(0);
    return send({.method = std::move(method),
                 .url = url.substr(host().size()),
                 .headers = {{string_or(header, "name", ""), string_or(header, "value", "")}},
                 .body = std::move(body)});
  }

  std::string content_on_disk(std::string_view name) {
    std::ostringstream text;
    text << std::ifstream(folder() / "home/dbfs/Volumes/main/default/raw" / name, std::ios::binary).rdbuf();
    return text.str();
  }
};

std::string header_of(const Answered& answered, std::string_view name) {
  return net::header(answered.headers, name).value_or("");
}

std::string text_of(const Answered& answered) { return std::string(answered.body.as_string()); }

}  // namespace

TEST_CASE("a file is put, read, looked at and deleted, whatever its name") {
  Served served;
  CHECK(served.put("new/a%20b%2Bc.txt", "hello there").status == 204);
  CHECK(served.content_on_disk("new/a b+c.txt") == "hello there");
  auto read = served.fetch("new/a%20b%2Bc.txt");
  CHECK(read.status == 200);
  CHECK(text_of(read) == "hello there");
  CHECK(header_of(read, "Content-Type") == "application/octet-stream");
  auto head = served.file("HEAD", "/Volumes/main/default/raw/new/a%20b%2Bc.txt");
  CHECK(head.status == 200);
  CHECK(header_of(head, "Content-Length") == "11");
  CHECK(header_of(head, "Last-Modified").ends_with(" GMT"));
  CHECK(served.file("DELETE", "/Volumes/main/default/raw/new/a%20b%2Bc.txt").status == 204);
  CHECK(served.fetch("new/a%20b%2Bc.txt").status == 404);
  CHECK(served.file("DELETE", "/Volumes/main/default/raw/new/a%20b%2Bc.txt").code() == "NOT_FOUND");
}

TEST_CASE("a file larger than what may be in memory is stored, and read in ranges") {
  Served served;
  std::string big(80 * 1024 * 1024, 'x');
  big[70'000'000] = 'y';
  CHECK(served.put("big.bin", big).status == 204);
  CHECK(fs::file_size(served.folder() / "home/dbfs/Volumes/main/default/raw/big.bin") == big.size());
  CHECK(fs::is_empty(served.folder() / "home/staging"));
  auto part = served.fetch("big.bin", {{"Range", "bytes=69999999-70000001"}});
  CHECK(part.status == 206);
  CHECK(text_of(part) == "xyx");
  CHECK(header_of(part, "Content-Range") == "bytes 69999999-70000001/83886080");
  CHECK(text_of(served.fetch("big.bin", {{"Range", "bytes=-2"}})) == "xx");
  auto past = served.fetch("big.bin", {{"Range", "bytes=83886080-"}});
  CHECK(past.status == 416);
  CHECK(header_of(past, "Content-Range") == "bytes */83886080");
}

TEST_CASE("a file that was changed since is not given to who asks for the old one") {
  Served served;
  REQUIRE(served.put("a", "1").status == 204);
  auto seen = header_of(served.fetch("a"), "Last-Modified");
  CHECK(served.fetch("a", {{"If-Unmodified-Since", seen}}).status == 200);
  auto changed = served.fetch("a", {{"If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"}});
  CHECK(changed.status == 412);
  CHECK(changed.code() == "PRECONDITION_FAILED");
}

TEST_CASE("a file is replaced unless told not to, and an empty one is a file") {
  Served served;
  CHECK(served.put("a", "1").status == 204);
  CHECK(served.put("a", "").status == 204);
  CHECK(served.content_on_disk("a").empty());
  auto again = served.put("a", "22", "?overwrite=false");
  CHECK(again.status == 409);
  CHECK(again.code() == "ALREADY_EXISTS");
  REQUIRE(served.folder_call("PUT", std::string(volume) + "/d").status == 204);
  CHECK(served.put("d", "1").status == 409);
  CHECK(served.fetch("d").status == 409);
}

TEST_CASE("folders are made with those above them, listed page by page, and removed when they are empty") {
  Served served;
  std::string folder = std::string(volume) + "/a/b";
  CHECK(served.folder_call("PUT", folder).status == 204);
  CHECK(served.folder_call("PUT", folder).status == 204);
  CHECK(served.folder_call("HEAD", folder).status == 200);
  CHECK(served.folder_call("HEAD", std::string(volume) + "/c").status == 404);
  for (auto name : {"1", "2", "3"}) served.put(std::string("a/b/") + name, "x");
  auto first = served.folder_call("GET", folder, "?page_size=2").body;
  REQUIRE(first.at("contents").as_array().size() == 2);
  CHECK(string_or(first.at("contents").at(0), "path", "") == folder + "/1");
  CHECK(first.at("contents").at(0).at("file_size") == 1);
  auto second =
      served.folder_call("GET", folder, "?page_size=2&page_token=" + string_or(first, "next_page_token", ""))
          .body;
  REQUIRE(second.at("contents").as_array().size() == 1);
  CHECK(second.at("contents").at(0).at("name") == "3");
  CHECK_FALSE(find(second, "next_page_token"));
  CHECK(served.folder_call("GET", "/Volumes/main").body.at("contents").at(0).at("is_directory") == true);
  CHECK(served.folder_call("GET", folder + "/1").status == 404);
  CHECK(served.folder_call("GET", folder, "?page_token=other").code() == "INVALID_PARAMETER_VALUE");
  CHECK(served.folder_call("DELETE", folder).code() == "DIRECTORY_NOT_EMPTY");
  for (auto name : {"1", "2", "3"}) served.file("DELETE", folder + "/" + name);
  CHECK(served.folder_call("DELETE", folder).status == 204);
  CHECK(served.folder_call("DELETE", folder).status == 404);
}

TEST_CASE("an upload in parts is one file once it is complete, in the order of its parts") {
  Served served;
  std::string path = std::string(volume) + "/parts.bin";
  auto begun = served.file("POST", path + "?action=initiate-upload&overwrite=false");
  REQUIRE(begun.status == 200);
  std::string token = string_or(begun.body.at("multipart_upload"), "session_token", "");
  json asked = {{"path", path}, {"session_token", token}, {"start_part_number", 1}, {"count", 3}};
  auto urls = served.post("2.0/fs/create-upload-part-urls", asked).body.at("upload_part_urls");
  REQUIRE(urls.as_array().size() == 3);
  std::vector<std::string> contents{std::string(6'000'000, 'a'), std::string(6'000'000, 'b'), "end"};
  std::vector<std::string> tags(3);
  served.use(urls.at(1), "PUT", "a first try");
  for (std::size_t i : {2U, 0U, 1U}) {
    auto put = served.use(urls.at(i), "PUT", contents[i]);
    REQUIRE(put.status == 200);
    tags[i] = header_of(put, "ETag");
  }
  JsonArray parts;
  for (std::size_t i = 0; i < 3; ++i) parts.push_back(JsonObject{{"part_number", i + 1}, {"etag", tags[i]}});
  std::string query = "?action=complete-upload&upload_type=multipart&session_token=" + token;
  json wrong = {{"parts", JsonArray(parts.begin(), parts.end() - 1)}};
  CHECK(served.file("POST", path + query, to_text(wrong)).code() == "INVALID_PARAMETER_VALUE");
  CHECK(served.file("POST", path + query, to_text(json{{"parts", parts}})).status == 200);
  CHECK(served.content_on_disk("parts.bin") == contents[0] + contents[1] + contents[2]);
  CHECK(fs::is_empty(served.folder() / "home/staging"));
  CHECK(served.file("POST", path + query, to_text(json{{"parts", parts}})).status == 404);
  CHECK(served.file("POST", path + "?action=initiate-upload&overwrite=false").status == 409);
}

TEST_CASE("an upload that is given up leaves nothing, and an address given out opens a download") {
  Served served;
  std::string path = std::string(volume) + "/x";
  auto begun = served.file("POST", path + "?action=initiate-upload");
  std::string token = string_or(begun.body.at("multipart_upload"), "session_token", "");
  json asked = {{"path", path}, {"session_token", token}};
  served.use(served.post("2.0/fs/create-upload-part-urls", asked).body.at("upload_part_urls").at(0), "PUT",
             "1");
  CHECK_FALSE(fs::is_empty(served.folder() / "home/staging"));
  auto abort = served.post("2.0/fs/create-abort-upload-url", asked).body.at("abort_upload_url");
  CHECK(served.use(abort, "DELETE").status == 200);
  CHECK(fs::is_empty(served.folder() / "home/staging"));
  CHECK(served.post("2.0/fs/create-upload-part-urls", asked).code() == "NOT_FOUND");

  CHECK(served.post("2.0/fs/create-download-url?path=" + path, json(JsonObject{})).status == 404);
  REQUIRE(served.put("x", "there").status == 204);
  auto url = served.post("2.0/fs/create-download-url?path=" + path, json(JsonObject{})).body;
  CHECK(text_of(served.use(url, "GET")) == "there");
}

TEST_CASE("what opens an address that was given out opens nothing else") {
  Served served;
  std::string path = std::string(volume) + "/one";
  REQUIRE(served.put("one", "first").status == 204);
  REQUIRE(served.put("two", "second").status == 204);
  std::string address = "/api/2.0/fs/files" + path;
  auto with_header_of = [&](const json& given, std::string method, std::string url) {
    net::Headers headers{{"Authorization", string_or(given.at("headers").at(0), "value", "")}};
    return served.send({.method = std::move(method), .url = std::move(url), .headers = headers}).status;
  };
  auto download = served.post("2.0/fs/create-download-url?path=" + path, json(JsonObject{})).body;
  CHECK(with_header_of(download, "GET", address) == 200);
  CHECK(with_header_of(download, "GET", "/api/2.0/fs/files" + std::string(volume) + "/two") == 401);
  CHECK(with_header_of(download, "GET", "/api/2.0/clusters/list") == 401);
  CHECK(with_header_of(download, "PUT", address) == 401);
  CHECK(with_header_of(download, "POST", "/api/2.0/fs/create-download-url?path=" + path) == 401);

  auto begun = served.file("POST", path + "?action=initiate-upload");
  json asked = {{"path", path},
                {"session_token", string_or(begun.body.at("multipart_upload"), "session_token", "")}};
  auto abort = served.post("2.0/fs/create-abort-upload-url", asked).body.at("abort_upload_url");
  CHECK(with_header_of(abort, "DELETE", address) == 401);
  CHECK(served.use(abort, "DELETE").status == 200);
  CHECK(text_of(served.fetch("one")) == "first");
}

TEST_CASE("what is no path of a volume is refused, and nobody without a token leaves anything") {
  Served served;
  for (auto path :
       {"/Volumes/main/default/raw", "/Volumes/a", "/tmp/x", "/Volumes/main/default/raw/../../../../x",
        "/Volumes/main/default/raw/%2e%2e/x", "/Volumes/main/default/raw/%00", "/Workspace/a/b/c/d"}) {
    CAPTURE(path);
    CHECK(served.file("PUT", path, "x").status == 400);
    CHECK(served.file("GET", path).status == 400);
  }
  CHECK(served.put("%ff", "x").code() == "MALFORMED_REQUEST");
  auto stranger = served.send({.method = "PUT",
                               .url = "/api/2.0/fs/files/Volumes/main/default/raw/x",
                               .headers = {{"Authorization", "Bearer no"}},
                               .body = std::string(200'000, 'x')});
  CHECK(stranger.status == 401);
  CHECK(fs::is_empty(served.folder() / "home/staging"));
}
