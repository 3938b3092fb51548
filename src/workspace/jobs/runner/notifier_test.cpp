#include "workspace/jobs/runner/notifier.h"

#include <mutex>

#include "net/http_server.h"
#include "workspace/steering_workspace.h"

using namespace weir;
using namespace weir::workspace;

namespace {

/// Takes what is sent to it, after having refused as often as it was told to.
class Receiver {
 public:
  Receiver() {
    auto server =
        net::HttpServer::listen(*loop_, {.address = "127.0.0.1", .port = 0},
                                [this](const net::ServerRequest& request) { return take(request); });
    REQUIRE(server);
    server_ = std::move(*server);
    thread_ = std::thread([this] { loop_->run(); });
  }
  ~Receiver() {
    loop_->stop();
    thread_.join();
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()) + "/hook"; }

  void refuse(int times) {
    std::lock_guard lock(mutex_);
    refusals_ = times;
  }

  /// What has come, once it is so many.
  std::vector<json> wait_for(std::size_t count) {
    auto until = std::chrono::steady_clock::now() + patience;
    while (true) {
      {
        std::lock_guard lock(mutex_);
        if (bodies_.size() >= count) return bodies_;
      }
      REQUIRE(std::chrono::steady_clock::now() < until);
      std::this_thread::yield();
    }
  }

  std::string authorization() {
    std::lock_guard lock(mutex_);
    return authorization_;
  }

 private:
  net::ServerResponse take(const net::ServerRequest& request) {
    std::lock_guard lock(mutex_);
    if (refusals_-- > 0) return {.status = 503};
    authorization_ = net::header(request.headers, "Authorization").value_or("");
    bodies_.push_back(parse_json(request.body).value());
    return {};
  }

  std::unique_ptr<Loop> loop_ = make_loop();
  std::mutex mutex_;
  std::vector<json> bodies_;
  std::string authorization_;
  int refusals_ = 0;
  std::unique_ptr<net::HttpServer> server_;
  std::thread thread_;
};

struct Served : SteeringWorkspace {
  std::string destination(JsonObject config) {
    auto made =
        post("2.0/notification-destinations", {{"display_name", "ops"}, {"config", std::move(config)}});
    REQUIRE_MESSAGE(made.status == 200, made.message());
    return string_or(made.body, "id", "");
  }
  std::string webhook(const Receiver& receiver) {
    return destination(
        {{"generic_webhook", {{"url", receiver.url()}, {"username", "ann"}, {"password", "s3cret"}}}});
  }
};

JsonObject tells(const std::string& id, std::initializer_list<std::string_view> events) {
  JsonObject hooks;
  for (std::string_view event : events) hooks[event] = JsonArray{JsonObject{{"id", id}}};
  return {{"webhook_notifications", std::move(hooks)}};
}

std::vector<std::string> events_of(const std::vector<json>& bodies) {
  std::vector<std::string> events;
  for (const json& body : bodies) events.push_back(string_or(body, "event_type", ""));
  return events;
}

}  // namespace

TEST_CASE("a webhook is told when a run starts and how it ends") {
  Receiver receiver;
  Served served;
  auto id = served.webhook(receiver);
  JsonObject task = served.python("one", "raise ValueError\n");
  task["webhook_notifications"] = tells(id, {"on_failure"}).at("webhook_notifications");
  auto settings = tells(id, {"on_start", "on_success", "on_failure"});
  settings["name"] = "nightly";
  auto run_id = served.start({task}, settings);
  auto told = receiver.wait_for(3);
  auto events = events_of(told);
  CHECK(events.at(0) == "jobs.on_start");
  CHECK(events.at(1) == "jobs.on_failure");
  CHECK(events.at(2) == "jobs.on_failure");
  CHECK(told.at(0).at("run").at("run_id") == run_id);
  CHECK(told.at(0).at("job").at("name") == "nightly");
  CHECK(std::ranges::count_if(told, [](const json& body) { return find(body, "task") != nullptr; }) == 1);
  CHECK(receiver.authorization() == "Basic " + databricks::encode_base64("ann:s3cret"));
}

TEST_CASE("a webhook that refuses is asked again, also by the next server") {
  Receiver receiver;
  Served served;
  auto id = served.webhook(receiver);
  receiver.refuse(1);
  served.wait_for_end(served.start({served.python("one", "")}, tells(id, {"on_success"})));
  SUBCASE("by the same") {}
  SUBCASE("by the next") { served.reopen(); }
  CHECK(events_of(receiver.wait_for(1)) == std::vector<std::string>{"jobs.on_success"});
}

TEST_CASE("a run that takes too long is told of while it goes on") {
  Receiver receiver;
  Served served;
  auto settings = tells(served.webhook(receiver), {"on_duration_warning_threshold_exceeded"});
  JsonObject rule{{"metric", "RUN_DURATION_SECONDS"}, {"op", "GREATER_THAN"}, {"value", 0}};
  settings["health"] = JsonObject{{"rules", JsonArray{rule}}};
  auto id = served.start({served.python("one", waits_forever)}, settings);
  CHECK(events_of(receiver.wait_for(1)).at(0) == "jobs.on_duration_warning_threshold_exceeded");
  served.post("2.1/jobs/runs/cancel", {{"run_id", id}});
  served.wait_for_end(id);
}

TEST_CASE("a run that is skipped is told of") {
  Receiver receiver;
  Served served;
  auto job =
      served.create({served.python("one", waits_forever)}, tells(served.webhook(receiver), {"on_failure"}));
  auto going = served.run_now(job);
  auto skipped = served.run_now(job);
  CHECK(receiver.wait_for(1).at(0).at("run").at("run_id") == skipped);
  served.post("2.1/jobs/runs/cancel", {{"run_id", going}});
  served.wait_for_end(going);
}

TEST_CASE("destinations that do not exist are refused where they are named") {
  Served served;
  auto settings = tells("none", {"on_start"});
  settings["tasks"] = JsonArray{served.python("one", "")};
  auto refused = served.post("2.1/jobs/create", settings);
  CHECK(refused.code() == "INVALID_PARAMETER_VALUE");
  CHECK(refused.message() == "webhook_notifications: notification destination 'none' does not exist.");
  CHECK(served.post("2.1/jobs/runs/submit", settings).status == 400);
}

TEST_CASE("other destinations are kept and hold nothing up") {
  Served served;
  auto settings = tells(served.destination({{"email", {{"addresses", {"a@b"}}}}}), {"on_start"});
  settings["email_notifications"] = JsonObject{{"on_failure", JsonArray{"a@b"}}};
  CHECK(served.result(served.wait_for_end(served.start({served.python("one", "")}, settings))) == "SUCCESS");
}
