#include "api/declarations.h"

#include <algorithm>

#include <fmt/format.h>

#include <weir/error.h>

#include "api/task_policy.h"
#include "base/error.h"
#include "core/template.h"

namespace weir::api {
namespace {

/// The task that is waited for when one of its elements is named.
std::string stage_key(const std::string& key) { return key.substr(0, key.find('[')); }

class Upstreams {
 public:
  void add(const std::string& key) {
    if (known_.insert(key).second) keys_.push_back(key);
  }
  void add_data(const json& compiled) {
    for (const auto& key : core::data_upstreams(compiled)) add(key);
  }
  std::vector<std::string> keys() && { return std::move(keys_); }

 private:
  std::vector<std::string> keys_{};
  std::unordered_set<std::string> known_{};
};

std::vector<std::string> upstreams_of(const core::TaskSpec& spec, const Call& call) {
  Upstreams upstreams;
  if (spec.map) upstreams.add_data(*spec.map);
  upstreams.add_data(spec.inputs);
  if (spec.policy.when) upstreams.add_data(spec.policy.when->value);
  for (const auto& key : call.upstreams()) upstreams.add(stage_key(key));
  return std::move(upstreams).keys();
}

void check_cache_key(const std::string& task, const TaskOptions& options, const std::type_info* parameters) {
  if (!options.cache || !options.cache->key.function) return;
  if (parameters && *parameters == *options.cache->key.parameters) return;
  throw FlowError(fmt::format(
      "task '{}': the function given to weir::by_key must take what the task takes, in the same types",
      task));
}

}  // namespace

Declarations::Declared Declarations::add(const detail::Declaration& declaration) {
  auto options = merged(declaration.options, declaration.call.options());
  core::TaskSpec spec;
  spec.key = key_for(declaration.name, declaration.call);
  spec.kind = declaration.kind;
  spec.inputs = declaration.inputs;
  spec.map = declaration.map;
  spec.policy = policy_of(spec.key, options, declaration.call.condition());
  spec.upstreams = upstreams_of(spec, declaration.call);
  check_cache_key(spec.key, options, declaration.parameters);
  auto kind = std::ranges::find(kinds_, spec.kind, &core::Kind::name);
  if (kind == kinds_.end()) throw FlowError(fmt::format("there is no task kind '{}'", spec.kind));
  if (auto problem = core::check_inputs(*kind, spec.inputs)) {
    throw FlowError(fmt::format("task '{}': {}: {}", spec.key, problem->path, to_text(problem->error)));
  }
  return {std::move(spec), options.cache ? options.cache->key.function : nullptr, hooks_of(options)};
}

void Declarations::enter(const std::string& name) {
  if (!core::is_valid_name(name)) {
    throw FlowError(fmt::format("'{}' cannot name a sub-flow: use letters, digits, _ - and .", name));
  }
  groups_.push_back(counted(groups_.empty() ? name : groups_.back() + name) + ".");
}

void Declarations::leave() { groups_.pop_back(); }

std::string Declarations::key_for(const std::string& name, const Call& call) {
  std::string prefix = groups_.empty() ? "" : groups_.back();
  std::string key = call.key().empty() ? counted(prefix + name) : prefix + call.key();
  if (!core::is_valid_name(key)) {
    throw FlowError(fmt::format("'{}' cannot name a task: use letters, digits, _ - and .", key));
  }
  if (!keys_.insert(key).second) throw FlowError(fmt::format("there are two tasks '{}' in this flow", key));
  return key;
}

/// The name as it is the first time, then with -2, -3 …
std::string Declarations::counted(const std::string& name) {
  int ordinal = ++calls_[name];
  return ordinal == 1 ? name : fmt::format("{}-{}", name, ordinal);
}

}  // namespace weir::api
