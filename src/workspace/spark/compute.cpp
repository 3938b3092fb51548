#include "workspace/spark/compute.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <unistd.h>

#include "process/command.h"

namespace weir::workspace {
namespace {

namespace fs = std::filesystem;

/// Variables of the server's own environment that would change what a driver does.
constexpr auto foreign_prefixes =
    std::to_array<std::string_view>({"DATABRICKS_", "WEIR_", "PYSPARK_", "SPARK_"});

/// Holds {"spark.key": "secret"}; the driver takes it out of its environment before it does anything else.
constexpr std::string_view secret_settings = "WEIR_SECRET_SPARK_CONF";

/// Settings for Spark's Ivy that a machine may need: names files and hosts that are no matter of a workspace.
constexpr std::string_view ivy_settings = "WEIR_IVY_SETTINGS";

/// spark-submit gives these to the JVM, or to its class loader, before there is a SparkContext.
constexpr auto cold = std::to_array<std::string_view>(
    {"spark.driver.memory", "spark.driver.extra", "spark.driver.default", "spark.driver.userClassPathFirst",
     "spark.jars", "spark.files", "spark.archives", "spark.submit.", "spark.kerberos.",
     "spark.hadoop.hadoop.security.", "spark.log."});

using Variables = std::vector<std::pair<std::string, std::string>>;

struct Values {
  std::vector<std::pair<std::string, std::string>> plain{};
  std::vector<std::pair<std::string, std::string>> secret{};
};

std::expected<Values, std::string> values_in(SecretStore& secrets, const json& cluster,
                                             std::string_view field) {
  Values values;
  const json* map = find(cluster, field);
  if (!map || !map->is_object()) return values;
  for (const auto& [key, value] : map->get_object()) {
    if (!value.is_string()) continue;
    auto reference = parse_secret_reference(std::string_view(value.get_string()));
    if (!reference) {
      values.plain.emplace_back(key, value.get_string());
      continue;
    }
    auto secret = secrets.value(reference->scope, reference->key);
    if (!secret) return std::unexpected(secret.error().message);
    if (!*secret)
      return std::unexpected(fmt::format("{}.{} refers to the secret {}/{}, which does not exist.", field,
                                         std::string_view(key), reference->scope, reference->key));
    values.secret.emplace_back(key, **secret);
  }
  return values;
}

std::vector<std::string> environment_with(const Variables& own) {
  auto inherited = process::inherited_environment();
  auto ivy = process::find_variable(inherited, ivy_settings);
  std::erase_if(inherited, [&](const std::string& entry) {
    auto starts = [&](std::string_view text) { return entry.starts_with(text); };
    return std::ranges::any_of(foreign_prefixes, starts) ||
           std::ranges::any_of(own, [&](const auto& one) { return entry.starts_with(one.first + "="); });
  });
  for (const auto& [key, value] : own) inherited.push_back(key + "=" + value);
  if (ivy) process::set_variable(inherited, ivy_settings, *ivy);
  return inherited;
}

/// The same for all: a cluster adds to it what it says of its own.
Variables variables_of_drivers(const fs::path& python) {
  return {{"PYSPARK_PYTHON", python.string()}, {"PYSPARK_DRIVER_PYTHON", python.string()}};
}

bool needs_new_java(const Values& conf) {
  auto is_cold = [](const auto& setting) {
    return std::ranges::any_of(cold, [&](auto name) { return setting.first.starts_with(name); });
  };
  return std::ranges::any_of(conf.plain, is_cold) || std::ranges::any_of(conf.secret, is_cold);
}

}  // namespace

std::expected<Compute, std::string> compute_of(const DriverSetting& setting, SecretStore& secrets,
                                               const json& cluster) {
  auto interpreter = setting.interpreters.find(string_or(cluster, "spark_version", ""));
  if (!interpreter) return std::unexpected(interpreter.error());
  auto conf = values_in(secrets, cluster, "spark_conf");
  if (!conf) return std::unexpected(conf.error());
  auto variables = values_in(secrets, cluster, "spark_env_vars");
  if (!variables) return std::unexpected(variables.error());

  Compute compute{.python = interpreter->python, .master = spark_master(cluster, setting.cores)};
  for (const auto& [key, value] : conf->plain) compute.spark_conf[key] = value;
  const json* scripts = find(cluster, "init_scripts");
  bool runs_scripts = scripts && scripts->is_array() && !scripts->get_array().empty();
  bool adds_variables = !variables->plain.empty() || !variables->secret.empty();
  bool is_default = *interpreter == setting.interpreters.first();
  compute.can_be_warm = is_default && compute.master.starts_with("local") && !runs_scripts &&
                        !adds_variables && !needs_new_java(*conf);
  Variables own = variables_of_drivers(compute.python);
  own.insert(own.end(), variables->plain.begin(), variables->plain.end());
  own.insert(own.end(), variables->secret.begin(), variables->secret.end());
  JsonObject hidden;
  for (const auto& [key, value] : conf->secret) hidden[key] = value;
  if (!hidden.empty()) own.emplace_back(secret_settings, to_text(json(std::move(hidden))));
  compute.environment = environment_with(own);
  return compute;
}

std::vector<std::string> plain_environment(const DriverSetting& setting) {
  return environment_with(variables_of_drivers(setting.interpreters.first().python));
}

std::span<const std::string_view> cold_settings() { return cold; }

std::optional<std::string> missing_interpreter(const fs::path& python) {
  if (::access(python.c_str(), X_OK) == 0) return std::nullopt;
  return fmt::format("The Python interpreter {} is not there any more.", python.string());
}

std::string spark_master(const json& cluster, unsigned cores) {
  if (const json* conf = find(cluster, "spark_conf"))
    if (auto master = find_string(*conf, "spark.master")) return *master;
  std::int64_t workers = int_or(cluster, "num_workers", 0);
  if (const json* range = find(cluster, "autoscale")) workers = int_or(*range, "max_workers", 0);
  std::int64_t most = std::max(cores, 1U);
  return fmt::format("local[{}]", workers < 1 ? most : std::min(workers, most));
}

}  // namespace weir::workspace
