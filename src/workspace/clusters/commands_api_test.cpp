#include "workspace/clusters/commands_api.h"

#include "workspace/test_workspace.h"

using namespace weir;
using namespace weir::workspace;

TEST_CASE(
    "a command without what it needs is refused in the words of its API, before its cluster is looked for") {
  TestWorkspace served;
  served.open();
  auto refusal = [&](std::string_view path, const JsonObject& body) {
    auto answered = served.post("1.2/" + std::string(path), json(body));
    CHECK(answered.status == 400);
    CHECK(answered.code().empty());
    return string_or(answered.body, "error", "");
  };
  JsonObject body;
  CHECK(refusal("contexts/create", body) == "requirement failed: missing clusterId");
  body["clusterId"] = "none";
  CHECK(refusal("contexts/create", body) == "Cluster none does not exist");
  CHECK(refusal("commands/execute", body) == "requirement failed: missing contextId");
  CHECK(refusal("contexts/destroy", body) == "requirement failed: missing contextId");
  body["contextId"] = "1";
  CHECK(refusal("commands/execute", body) == "Cluster none does not exist");
  CHECK(refusal("commands/cancel", body) == "requirement failed: missing commandId");
}
