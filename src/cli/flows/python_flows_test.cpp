#include "cli/flows/python_flows.h"

#include <doctest/doctest.h>

using namespace weir::cli;
using Names = std::vector<std::string>;

TEST_CASE("flows are the functions under @flow, in their order") {
  CHECK(flows_in_text("@flow\ndef daily():\n    ...\n\n@weir.flow\nasync def hourly ():\n    ...\n") ==
        Names{"daily", "hourly"});
}

TEST_CASE("a decorator may have arguments, on several lines, and other decorators beside it") {
  CHECK(flows_in_text("@flow(\n    timeout='1h',\n    limits={'db': 3},\n)\n@traced\ndef daily(): ...") ==
        Names{"daily"});
}

TEST_CASE("the name that a decorator gives is the flow's") {
  CHECK(flows_in_text("@flow(name=\"daily-report\")\ndef daily(): ...\n") == Names{"daily-report"});
  CHECK(flows_in_text("@flow(timeout='1h',\n      name = 'other')\ndef daily(): ...\n") == Names{"other"});
}

TEST_CASE("what only looks like a flow is none") {
  CHECK(flows_in_text(
            "@flowing\ndef a(): ...\n@task\ndef b(): ...\n# @flow\ndef c(): ...\n  @flow\ndef d(): ...") ==
        Names{});
  CHECK(flows_in_text("").empty());
  CHECK(flows_in_text("@flow").empty());
}

TEST_CASE("a file that is not there has none") { CHECK(python_flows("/nowhere/flow.py").empty()); }
