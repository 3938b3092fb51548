#include "workspace/spark/interpreters.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace weir::workspace {
namespace {

constexpr std::string_view newest = "4";
constexpr std::string_view elder = "3.5";

/// The first runtime of Databricks with a Spark, the newest first.
struct Generation {
  int runtime = 0;
  std::string_view spark{};
};
constexpr auto generations = std::to_array<Generation>(
    {{17, newest}, {14, elder}, {13, "3.4"}, {11, "3.3"}, {10, "3.2"}, {9, "3.1"}, {0, "3.0"}});

/// "3.5.7" is of "3.5" and "4.1.4" of "4".
bool is_of(std::string_view version, std::string_view series) {
  return version.starts_with(series) && (version.size() == series.size() || version[series.size()] == '.');
}

std::string shown(const std::vector<Interpreter>& all) {
  std::string text;
  for (const Interpreter& one : all) text += (text.empty() ? "" : " and ") + one.spark_version;
  return text.empty() ? "none" : text;
}

/// How a workspace gets a Spark of this series.
std::string remedy(std::string_view series) {
  if (series != newest && series != elder) return "Choose a runtime with Spark 3.5 or 4.";
  return fmt::format(
      "To add it: python3 -m venv .venv-spark{0} && .venv-spark{0}/bin/pip install 'pyspark=={0}.*'{1}, then "
      "'weir workspace stop' and 'weir workspace start' there, or with --python for each.",
      series, series == elder ? " (of a Python up to 3.12)" : "");
}

}  // namespace

std::string_view spark_of_runtime(std::string_view runtime) {
  int number = -1;
  std::from_chars(runtime.data(), runtime.data() + runtime.size(), number);
  if (number < 0) return "";
  return std::ranges::find_if(generations, [&](const auto& one) { return one.runtime <= number; })->spark;
}

bool is_supported_spark(std::string_view spark_version) {
  return is_of(spark_version, newest) || is_of(spark_version, elder);
}

const Interpreter* Interpreters::with_spark(std::string_view series) const {
  auto found = std::ranges::find_if(all_, [&](const auto& one) { return is_of(one.spark_version, series); });
  return found == all_.end() ? nullptr : &*found;
}

std::expected<Interpreter, std::string> Interpreters::find(std::string_view spark_version) const {
  std::string_view series = spark_of_runtime(spark_version);
  if (series.empty()) return first();
  if (const Interpreter* found = with_spark(series)) return *found;
  return std::unexpected(fmt::format("spark_version {} is Apache Spark {}, and this workspace has {}. {}",
                                     spark_version, series, shown(all_), remedy(series)));
}

JsonArray Interpreters::runtimes() const {
  JsonArray list;
  auto add = [&](std::string_view key, std::string_view lts, const Interpreter& runs,
                 std::string_view scala) {
    list.push_back(JsonObject{
        {"key", key},
        {"name", fmt::format("{} LTS (here: Apache Spark {}, Scala {})", lts, runs.spark_version, scala)}});
  };
  const Interpreter* young = with_spark(newest);
  const Interpreter* old = with_spark(elder);
  if (young) add("17.3.x-scala2.13", "17.3", *young, "2.13");
  // Clients that choose by Scala's version ask for 2.12 unless they are told otherwise.
  if (young && !old) add("17.3.x-scala2.12", "17.3", *young, "2.13");
  if (!old) return list;
  add("16.4.x-scala2.12", "16.4", *old, "2.12");
  add("15.4.x-scala2.12", "15.4", *old, "2.12");
  add("14.3.x-scala2.12", "14.3", *old, "2.12");
  return list;
}

}  // namespace weir::workspace
