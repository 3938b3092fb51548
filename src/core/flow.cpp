#include "core/flow.h"

#include <algorithm>
#include <unordered_set>

#include "base/ids.h"
#include "core/template.h"

namespace weir::core {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// JSON with sorted members, so that the order in which somebody wrote them does not count.
void append_canonical(std::string& out, const json& value) {
  if (const auto* array = value.if_array()) {
    out += '[';
    for (const auto& item : *array) {
      append_canonical(out, item);
      out += ',';
    }
    out += ']';
  } else if (const auto* object = value.if_object()) {
    std::vector<const JsonObject::value_type*> members;
    for (const auto& member : *object) members.push_back(&member);
    std::ranges::sort(members, {}, [](const auto* member) { return std::string_view(member->key()); });
    out += '{';
    for (const auto* member : members) {
      append_canonical(out, json(member->key()));
      out += ':';
      append_canonical(out, member->value());
      out += ',';
    }
    out += '}';
  } else {
    out += weir::to_text(value);
  }
}

json texts(const std::vector<std::string>& values) {
  JsonArray array;
  array.reserve(values.size());
  for (const auto& value : values) array.emplace_back(value);
  return array;
}

}  // namespace

bool is_valid_name(std::string_view name) {
  if (name.empty() || name.size() > name_length_max || !is_word(name.front())) return false;
  return std::ranges::all_of(name, [](char c) { return is_word(c) || c == '-' || c == '.'; });
}

std::vector<std::string> data_upstreams(const json& inputs) {
  std::vector<std::string> keys;
  std::unordered_set<std::string> seen;
  for (const auto& found : lookups_in(inputs)) {
    bool reads_task = found.path.size() > 1 && found.path[0] == "tasks";
    if (reads_task && seen.insert(found.path[1]).second) keys.push_back(found.path[1]);
  }
  return keys;
}

std::string fingerprint_of(const TaskSpec& spec) {
  auto upstreams = spec.upstreams;
  std::ranges::sort(upstreams);
  std::string text;
  append_canonical(text, JsonArray{json(spec.key), json(spec.kind), spec.inputs, texts(upstreams)});
  if (spec.map) append_canonical(text, *spec.map);
  return fingerprint(text);
}

std::string fingerprint_of(const json& value) {
  std::string text;
  append_canonical(text, value);
  return fingerprint(text);
}

json to_json(const TaskSpec& spec) {
  JsonObject object{{"key", spec.key}, {"kind", spec.kind}, {"inputs", spec.inputs}};
  if (!spec.upstreams.empty()) object["upstreams"] = texts(spec.upstreams);
  if (spec.map) object["map"] = *spec.map;
  if (json policy = to_json(spec.policy); !policy.get_object().empty()) object["policy"] = std::move(policy);
  return object;
}

TaskSpec task_spec_from(const json& value) {
  TaskSpec spec{.key = string_or(value, "key", ""), .kind = string_or(value, "kind", "")};
  if (const json* inputs = find(value, "inputs")) spec.inputs = *inputs;
  if (const json* upstreams = find(value, "upstreams"); upstreams && upstreams->is_array()) {
    for (const auto& upstream : upstreams->get_array()) {
      if (const auto* key = upstream.if_string()) spec.upstreams.emplace_back(*key);
    }
  }
  if (const json* map = find(value, "map")) spec.map = *map;
  if (const json* policy = find(value, "policy")) spec.policy = policy_from(*policy);
  return spec;
}

}  // namespace weir::core
