// weir's JSON value is Boost.JSON's: any number of nested objects, arrays, strings, numbers, booleans and null.
//
//   weir::json request = {{"run_name", "report"}, {"spark_python_task", {{"python_file", "dbfs:/jobs/report.py"}}}};
//   request.as_object()["tags"] = weir::to_json(std::vector<std::string>{"nightly"});
//
// A braced list whose every element is a pair that starts with a string is an object; anything else is an array.
#pragma once

#include <boost/json.hpp>

namespace weir {

using json = boost::json::value;
using JsonObject = boost::json::object;
using JsonArray = boost::json::array;

/// Numbers, strings, optionals, containers and maps of them, and every type with a boost::json::tag_invoke.
template <class T>
json to_json(const T& value) {
  return boost::json::value_from(value);
}

/// The inverse. Throws boost::system::system_error or std::exception when the value has another shape.
template <class T>
T from_json(const json& value) {
  return boost::json::value_to<T>(value);
}

template <>
inline json from_json<json>(const json& value) {
  return value;
}

}  // namespace weir
