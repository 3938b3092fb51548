// The Pythons that run drivers, each with the Spark that its pyspark brings. Clusters and jobs choose among them by
// `spark_version`, which names a runtime of Databricks: "15.4.x-scala2.12" has Spark 3.5. The first is the default: it
// runs what does not choose, and what waits ahead.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace weir::workspace {

struct Interpreter {
  std::filesystem::path python{};
  std::string spark_version{};  ///< of its pyspark: "4.1.4"

  bool operator==(const Interpreter&) const = default;
};

/// "3.5" or "4": what `runtime` ("15.4.x-scala2.12") has of Spark, as far as drivers can tell; "3.4" and less for those
/// that are too old, and "" for one that does not say ("custom:…").
std::string_view spark_of_runtime(std::string_view runtime);

/// Whether drivers can do with this version of pyspark: 3.5 and 4.
bool is_supported_spark(std::string_view spark_version);

class Interpreters {
 public:
  Interpreters() = default;
  explicit Interpreters(std::vector<Interpreter> all) : all_(std::move(all)) {}

  /// The one that runs a cluster of this spark_version; an empty one is the default's. The error is a sentence: this
  /// workspace has no such Spark, and how it gets one.
  std::expected<Interpreter, std::string> find(std::string_view spark_version) const;

  Interpreter first() const { return all_.empty() ? Interpreter() : all_.front(); }
  const std::vector<Interpreter>& all() const { return all_; }

  /// {"key", "name"} of the runtimes that can be asked for here, the newest first; the names say what really runs.
  JsonArray runtimes() const;

 private:
  const Interpreter* with_spark(std::string_view series) const;

  std::vector<Interpreter> all_{};
};

}  // namespace weir::workspace
