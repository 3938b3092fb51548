#include "api/declarations.h"

#include <algorithm>

#include <fmt/format.h>

#include <weir/error.h>

#include "base/error.h"
#include "core/template.h"

namespace weir::api {
namespace {

core::Policy policy_of(const TaskOptions& options) {
  core::Policy policy;
  policy.retry.count = options.retries;
  if (options.retry_delay.count() > 0) policy.retry.delays = {options.retry_delay};
  if (options.timeout.count() > 0) policy.timeout = options.timeout;
  return policy;
}

std::vector<std::string> upstreams_of(const json& inputs, const Call& call) {
  auto upstreams = core::data_upstreams(inputs);
  for (const auto& key : call.upstreams()) {
    if (std::ranges::find(upstreams, key) == upstreams.end()) upstreams.push_back(key);
  }
  return upstreams;
}

}  // namespace

core::TaskSpec Declarations::add(detail::Declaration declaration) {
  core::TaskSpec spec;
  spec.key = key_for(declaration.name, declaration.call);
  spec.kind = declaration.kind;
  spec.inputs = std::move(declaration.inputs);
  spec.upstreams = upstreams_of(spec.inputs, declaration.call);
  spec.policy = policy_of(declaration.options);
  auto kind = std::ranges::find(kinds_, spec.kind, &core::Kind::name);
  if (kind == kinds_.end()) throw FlowError(fmt::format("there is no task kind '{}'", spec.kind));
  if (auto problem = core::check_inputs(*kind, spec.inputs)) {
    throw FlowError(fmt::format("task '{}': {}: {}", spec.key, problem->path, to_text(problem->error)));
  }
  return spec;
}

std::string Declarations::key_for(const std::string& name, const Call& call) {
  std::string key = call.key();
  if (key.empty()) {
    int ordinal = ++calls_[name];
    key = ordinal == 1 ? name : fmt::format("{}-{}", name, ordinal);
  }
  if (!core::is_valid_name(key)) {
    throw FlowError(fmt::format("'{}' cannot name a task: use letters, digits, _ - and .", key));
  }
  if (!keys_.insert(key).second) throw FlowError(fmt::format("there are two tasks '{}' in this flow", key));
  return key;
}

}  // namespace weir::api

namespace weir::detail {
namespace {

/// Keys that start with "$" mean something in compiled templates.
bool has_dollar_key(const json& value) {
  if (const auto* array = value.if_array()) return std::ranges::any_of(*array, has_dollar_key);
  const auto* object = value.if_object();
  return object && std::ranges::any_of(*object, [](const auto& member) {
           return member.key().starts_with("$") || has_dollar_key(member.value());
         });
}

}  // namespace

json hole(const std::string& key) { return core::hole({"tasks", key, "result"}); }

json literal(const json& value) { return has_dollar_key(value) ? json{{"$literal", value}} : value; }

}  // namespace weir::detail
