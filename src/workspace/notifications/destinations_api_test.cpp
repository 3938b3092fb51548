#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

struct Served : TestWorkspace {
  Served() { open(); }

  Answered create(std::string_view name, JsonObject config) {
    return post("2.0/notification-destinations", {{"display_name", name}, {"config", std::move(config)}});
  }
};

const JsonObject webhook{{"generic_webhook", {{"url", "https://example.com/hook"}, {"password", "s3cret"}}}};

}  // namespace

TEST_CASE("a destination is made, shown without its secrets, changed and taken away") {
  Served served;
  auto made = served.create("ops", webhook);
  REQUIRE(made.status == 200);
  CHECK(made.body.at("destination_type") == "WEBHOOK");
  CHECK(made.body.at("config") == json{{"generic_webhook", {{"url_set", true}, {"password_set", true}}}});
  std::string path = "2.0/notification-destinations/" + string_or(made.body, "id", "");
  served.reopen();
  CHECK(served.get(path).body == made.body);
  auto renamed = served.call("PATCH", path, R"({"display_name": "night"})");
  CHECK(renamed.body.at("display_name") == "night");
  auto other = served.call("PATCH", path, R"({"config": {"email": {"addresses": ["a@b"]}}})");
  CHECK(other.message().find("cannot change: this one is WEBHOOK") != std::string::npos);
  CHECK(served.call("DELETE", path, "").status == 200);
  CHECK(served.get(path).code() == "RESOURCE_DOES_NOT_EXIST");
  CHECK(served.call("DELETE", path, "").status == 404);
}

TEST_CASE("destinations are listed page by page") {
  Served served;
  CHECK(served.get("2.0/notification-destinations").body == json(JsonObject{}));
  for (int i = 0; i < 3; ++i) served.create("d" + std::to_string(i), webhook);
  auto first = served.get("2.0/notification-destinations?page_size=2").body;
  CHECK(first.at("results").get_array().size() == 2);
  CHECK_FALSE(first.at("results").at(0).get_object().contains("config"));
  auto rest = served.get("2.0/notification-destinations?page_size=2&page_token=" +
                         string_or(first, "next_page_token", ""));
  CHECK(rest.body.at("results").get_array().size() == 1);
  CHECK_FALSE(rest.body.get_object().contains("next_page_token"));
}

TEST_CASE("a destination that says not where is refused") {
  Served served;
  CHECK(served.create("a", {}).message().find("exactly one") != std::string::npos);
  CHECK(served.create("a", {{"generic_webhok", JsonObject{}}}).message().find("'generic_webhook'") !=
        std::string::npos);
  CHECK(served.create("a", {{"generic_webhook", JsonObject{}}}).message() ==
        "Missing required field: config.generic_webhook.url.");
  CHECK(served.create("a", {{"generic_webhook", {{"url", "ftp://x"}}}}).code() == "INVALID_PARAMETER_VALUE");
  CHECK(served.create("a", {{"email", {{"addresses", JsonArray{}}}}}).status == 400);
  CHECK(served.create("a", {{"email", {{"addresses", {"a@b"}}}}})
            .body.at("config")
            .at("email")
            .at("addresses") == json{"a@b"});
}
