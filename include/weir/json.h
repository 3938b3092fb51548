// weir's JSON value is Boost.JSON's: any number of nested objects, arrays, strings, numbers, booleans and null.
//
//   weir::json request = {{"run_name", "report"}, {"spark_python_task", {{"python_file", "dbfs:/jobs/report.py"}}}};
//
// A braced list whose every element is a pair that starts with a string is an object; anything else is an array.
#pragma once

#include <boost/json.hpp>

namespace weir {

using json = boost::json::value;
using JsonObject = boost::json::object;
using JsonArray = boost::json::array;

}  // namespace weir
