// Requests to the embedded workspace: the content type in the first line, the target in the second, the body after it.
// Every one is answered, with JSON, and by an error of the client's at worst.
#include "base/json.h"
#include "net/target.h"
#include "target.h"
#include "workspace/rest/fields.h"
#include "workspace/rest/router.h"

namespace weir::fuzz {
namespace {

using namespace workspace;

/// Reads a few fields as the API's handlers do.
Reply read_fields(const Call& call) {
  Fields in(call.fields);
  in.integer_or("job_id", 0);
  in.integer_or("limit", 20);
  in.text_or("path", "/");
  in.boolean_or("overwrite", false);
  in.optional_array("tasks");
  in.optional_object("notebook_params");
  if (in.refusal()) return std::unexpected(*in.refusal());
  return ok({{"fields", call.fields.size()}, {"file", call.file.has_value()}});
}

Router make_router() {
  Router router;
  router.add_api({"2.1"}, "jobs/get", {.method = "GET", .handler = read_fields});
  router.add_api({"2.1"}, "jobs/create", {.method = "POST", .handler = read_fields});
  router.add_api({"2.0"}, "dbfs/put",
                 {.method = "POST", .handler = read_fields, .bodies = Bodies::json_or_form});
  return router;
}

}  // namespace

void take_workspace_request(std::string_view input) {
  static const Router router = make_router();
  static const Guard guard("secret", 80);
  net::ServerRequest request;
  request.headers = {{"Host", "localhost"},
                     {"Authorization", "Bearer secret"},
                     {"Content-Type", std::string(take_line(input))}};
  request.target = take_line(input);
  auto target = net::parse_target(request.target);
  if (!target) return;
  request.path = target->path;
  request.query = target->query;
  request.body = input;
  for (auto method : {"GET", "POST"}) {
    request.method = method;
    auto answer = router.answer(request, guard);
    WEIR_CHECK(answer.status < 500 || answer.status == 501, "no request is the server's fault");
    WEIR_CHECK(parse_json(answer.body), "every answer is JSON");
  }
}

}  // namespace weir::fuzz
