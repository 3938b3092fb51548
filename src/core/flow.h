// What an author declares: tasks with inputs, upstreams and policies. Faces produce these values; the engine
// takes them. Nothing here runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"

namespace weir::core {

struct Policy {
  std::uint32_t retries = 0;          ///< further attempts after one that failed; crashes do not count
  Duration retry_delay{0};            ///< between the end of a failed attempt and the next
  std::optional<Duration> timeout{};  ///< of one attempt
};

constexpr std::uint32_t retries_max = 1000;

struct TaskSpec {
  std::string key{};   ///< unique in its run; see is_valid_name
  std::string kind{};  ///< see kind.h
  json inputs{};       ///< compiled template (template.h), filled when the upstreams are done
  std::vector<std::string> upstreams{};  ///< keys of tasks to wait for, by data or by order; no duplicates
  Policy policy{};
};

struct FlowSpec {
  std::string name{};
  JsonObject parameters{};        ///< names and default values; null default: must be given
  std::vector<TaskSpec> tasks{};  ///< in the order of the file; upstreams may point either way
};

/// True for a name usable as task key, flow or parameter name: letters, digits, _ - and ., not starting with
/// - or ., at most name_length_max characters.
bool is_valid_name(std::string_view name);
constexpr std::size_t name_length_max = 128;

/// The keys of tasks that `inputs` reads through tasks.<key>.result, in order, without duplicates.
std::vector<std::string> data_upstreams(const json& inputs);

/// Identity of a declaration: same key, kind, inputs and upstreams give the same text on every machine.
std::string fingerprint_of(const TaskSpec& spec);

json to_json(const TaskSpec& spec);

/// Inverse of to_json; for our own histories, not for user input.
TaskSpec task_spec_from(const json& value);

}  // namespace weir::core
