// What an author declares: tasks with inputs, upstreams and policies. Faces produce these values; the engine
// takes them. Nothing here runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "core/policy.h"

namespace weir::core {

struct TaskSpec {
  std::string key{};   ///< unique in its run; see is_valid_name
  std::string kind{};  ///< see kind.h
  json inputs{};       ///< compiled template (template.h), filled when the upstreams are done
  std::vector<std::string> upstreams{};  ///< keys of tasks to wait for, by data or by order; no duplicates
  Policy policy{};

  /// Compiled template of what to map over: the task runs once for each item of an array, known only when the
  /// upstreams are done, and its inputs read `item` and `index`. An object of arrays of one length is walked
  /// along all of them at once (item.<name>). An array that is the whole result of another mapped task is
  /// followed item by item: no item waits for the others.
  std::optional<json> map{};
};

/// What a second run of the same flow does while one is under way.
struct RunLimit {
  std::uint32_t runs = 0;  ///< at a time; 0: any number
  bool refuse = false;     ///< instead of waiting
};

struct FlowSpec {
  std::string name{};
  JsonObject parameters{};            ///< names and default values; null default: must be given
  std::vector<TaskSpec> tasks{};      ///< in the order of the file; upstreams may point either way
  std::optional<Duration> timeout{};  ///< of a whole run
  RunLimit run_limit{};
  std::vector<Hook> hooks{};
  std::vector<LimitUse> limits{};  ///< sizes of named concurrency limits, unless the state folder sets them
};

/// True for a name usable as task key, flow or parameter name: letters, digits, _ - and ., not starting with
/// - or ., at most name_length_max characters.
bool is_valid_name(std::string_view name);
constexpr std::size_t name_length_max = 128;

/// The keys of tasks that `inputs` reads through tasks.<key>.result, in order, without duplicates.
std::vector<std::string> data_upstreams(const json& inputs);

/// Identity of a declaration: same key, kind, inputs and upstreams give the same text on every machine.
std::string fingerprint_of(const TaskSpec& spec);

/// Identity of a value: the order of members does not count.
std::string fingerprint_of(const json& value);

json to_json(const TaskSpec& spec);

/// Inverse of to_json; for our own histories, not for user input.
TaskSpec task_spec_from(const json& value);

}  // namespace weir::core
