#include "workspace/spark/interpreters.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::workspace;

namespace {

const Interpreter young{.python = "/young/python", .spark_version = "4.1.4"};
const Interpreter old{.python = "/old/python", .spark_version = "3.5.7"};

std::vector<std::string> keys_of(const Interpreters& interpreters) {
  std::vector<std::string> keys;
  for (const json& one : interpreters.runtimes()) keys.push_back(string_or(one, "key", ""));
  return keys;
}

}  // namespace

TEST_CASE("a runtime of Databricks tells which Spark it has") {
  CHECK(spark_of_runtime("18.1.x-scala2.13") == "4");
  CHECK(spark_of_runtime("17.3.x-scala2.13") == "4");
  CHECK(spark_of_runtime("16.4.x-scala2.12") == "3.5");
  CHECK(spark_of_runtime("15.4.x-cpu-ml-scala2.12") == "3.5");
  CHECK(spark_of_runtime("14.0.x-scala2.12") == "3.5");
  CHECK(spark_of_runtime("13.3.x-scala2.12") == "3.4");
  CHECK(spark_of_runtime("7.3.x-scala2.12") == "3.0");
  CHECK(spark_of_runtime("custom:mine") == "");
  CHECK(spark_of_runtime("") == "");
}

TEST_CASE("the Python is the first with the Spark of the runtime, or the default where none is asked for") {
  Interpreters both({young, old});
  CHECK(both.find("17.3.x-scala2.13") == young);
  CHECK(both.find("15.4.x-scala2.12") == old);
  CHECK(both.find("") == young);
  CHECK(both.find("custom:mine") == young);
  CHECK(Interpreters({old, young}).find("") == old);
  Interpreter further{.python = "/further/python", .spark_version = "4.2.0"};
  CHECK(Interpreters({young, further}).find("17.3.x-scala2.13") == young);
}

TEST_CASE("a Spark that is not there is refused with what is there and how it is added") {
  auto refused = Interpreters({young}).find("15.4.x-scala2.12");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().find("15.4.x-scala2.12 is Apache Spark 3.5, and this workspace has 4.1.4.") !=
        std::string::npos);
  CHECK(refused.error().find("pip install 'pyspark==3.5.*'") != std::string::npos);
  refused = Interpreters({young, old}).find("13.3.x-scala2.12");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().find("has 4.1.4 and 3.5.7. Choose a runtime with Spark 3.5 or 4.") !=
        std::string::npos);
}

TEST_CASE("the runtimes that are listed are those that run, and one has Scala 2.12 in its key") {
  CHECK(keys_of(Interpreters({young})) == std::vector<std::string>{"17.3.x-scala2.13", "17.3.x-scala2.12"});
  CHECK(keys_of(Interpreters({young, old})) ==
        std::vector<std::string>{"17.3.x-scala2.13", "16.4.x-scala2.12", "15.4.x-scala2.12",
                                 "14.3.x-scala2.12"});
  CHECK(keys_of(Interpreters({old})).front() == "16.4.x-scala2.12");
  for (const Interpreters& interpreters : {Interpreters({young}), Interpreters({old, young})})
    for (const std::string& key : keys_of(interpreters)) CHECK(interpreters.find(key));
}

TEST_CASE("drivers know Spark 3.5 and 4") {
  CHECK(is_supported_spark("3.5.7"));
  CHECK(is_supported_spark("4.0.0"));
  CHECK(is_supported_spark("4.1.4.dev0"));
  CHECK_FALSE(is_supported_spark("3.4.1"));
  CHECK_FALSE(is_supported_spark("3.50"));
  CHECK_FALSE(is_supported_spark("40.1"));
  CHECK_FALSE(is_supported_spark(""));
}
