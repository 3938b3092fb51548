#include "workspace/jobs/plan/run_parameters.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace weir::workspace;

namespace {

RunParameters read(JsonObject fields, JsonObject settings = {}) {
  return read_parameters(fields, settings).value();
}

std::string complaint(JsonObject fields) {
  auto parameters = read_parameters(fields, {});
  return parameters ? "" : parameters.error().message;
}

}  // namespace

TEST_CASE("notebook parameters of the run are merged over the task's, Python parameters replace them") {
  JsonObject notebook{{"notebook_task", {{"base_parameters", {{"a", "1"}, {"b", "2"}}}}}};
  auto merged = with_parameters(notebook, read({{"notebook_params", {{"b", 3}}}}));
  CHECK(merged.at("notebook_task").at("base_parameters") == json{{"a", "1"}, {"b", "3"}});

  JsonObject script{{"spark_python_task", {{"parameters", JsonArray{"x"}}}}};
  auto replaced = with_parameters(script, read({{"python_params", JsonArray{"y", 7}}}));
  CHECK(replaced.at("spark_python_task").at("parameters") == json(JsonArray{"y", "7"}));
  CHECK(with_parameters(script, read({})) == script);
}

TEST_CASE("job parameters reach notebooks and win there") {
  JsonObject settings{{"parameters", JsonArray{{{"name", "region"}, {"default", "west"}}}}};
  JsonObject notebook{{"notebook_task", {{"base_parameters", {{"region", "north"}}}}}};
  CHECK(
      with_parameters(notebook, read({}, settings)).at("notebook_task").at("base_parameters").at("region") ==
      "west");
  auto parameters = read({{"job_parameters", {{"region", "east"}}}}, settings);
  CHECK(with_parameters(notebook, parameters).at("notebook_task").at("base_parameters").at("region") ==
        "east");
  JsonObject sql{{"sql_task", JsonObject{}}};
  CHECK(with_parameters(sql, parameters).at("sql_task").at("parameters").at("region") == "east");
  JsonObject by_name{{"python_wheel_task", {{"named_parameters", {{"day", "monday"}}}}}};
  CHECK(with_parameters(by_name, parameters).at("python_wheel_task").at("named_parameters").at("region") ==
        "east");
  JsonObject in_a_row{{"python_wheel_task", {{"parameters", JsonArray{"x"}}}}};
  CHECK(with_parameters(in_a_row, parameters) == in_a_row);
  auto shown = show_parameters(parameters, settings);
  CHECK(shown.at("job_parameters").at(0) == json{{"name", "region"}, {"value", "east"}, {"default", "west"}});
}

TEST_CASE("parameters beyond the limits are refused") {
  CHECK(complaint({{"python_params", JsonArray{std::string(9'978, 'x')}}}) == "");
  CHECK(complaint({{"python_params", JsonArray{std::string(9'979, 'x')}}}).find("limit is 10000") !=
        std::string::npos);
  CHECK(complaint({{"python_params", JsonArray{"é"}}}).find("ASCII") != std::string::npos);
  CHECK(complaint({{"notebook_params", JsonArray{}}}).find("must be an object of text") != std::string::npos);
  CHECK(complaint({{"notebook_params", {{"a", JsonArray{}}}}}).find("must be an object of text") !=
        std::string::npos);
  CHECK(complaint({{"notebook_params", {{"a", "1"}}}, {"jar_params", JsonArray{"x"}}}).find("together") !=
        std::string::npos);
}

TEST_CASE("parameters that are empty leave the task's own, and disturb no others") {
  JsonObject script{{"spark_python_task", {{"parameters", JsonArray{"x"}}}}};
  JsonObject notebook{{"notebook_task", JsonObject{}}};
  auto parameters = read({{"notebook_params", {{"a", "1"}}},
                          {"jar_params", JsonArray{}},
                          {"python_params", JsonArray{}},
                          {"spark_submit_params", JsonArray{}}});
  CHECK(with_parameters(script, parameters) == script);
  CHECK(with_parameters(notebook, parameters).at("notebook_task").at("base_parameters").at("a") == "1");
}
