#include "yaml/task_reader.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/nearest.h"
#include "yaml/property.h"
#include "yaml/read_value.h"

namespace weir::yaml {
namespace {

void read_need(const Node& node, TaskDraft& draft, Faults& faults) {
  if (node.type != Node::Type::scalar || node.is_null()) {
    faults.add(node.at, fmt::format("'needs' lists names of tasks, not {}", type_phrase(node)));
  } else if (!refuse_template(node, faults)) {
    draft.needs.push_back({node.text, node.at});
  }
}

void read_needs(const Member& member, TaskDraft& draft, Faults& faults) {
  const Node& node = *member.value;
  if (node.type == Node::Type::mapping || node.is_null()) {
    faults.add(
        node.at,
        fmt::format("'needs' must be the name of a task or a list of names, not {}", type_phrase(node)),
        "write needs: other_task, or needs: [a, b]");
  } else if (node.type == Node::Type::scalar) {
    read_need(node, draft, faults);
  } else {
    for (const Node* item : node.items) read_need(*item, draft, faults);
  }
}

void read_description(const Member& member, TaskDraft&, Faults& faults) {
  if (member.value->is_text()) return;
  faults.add(member.value->at, fmt::format("'description' must be text, not {}", type_phrase(*member.value)));
}

/// In the order in which a message lists them.
const std::vector<Property>& properties() {
  static const std::vector<Property> all = [] {
    std::vector<Property> all{{"needs", read_needs}, {"description", read_description}};
    for (auto more : {start_properties(), attempt_properties(), retry_properties(), hook_properties()})
      all.insert(all.end(), more.begin(), more.end());
    return all;
  }();
  return all;
}

/// Of an argument or a variable: it is text to the program that gets it, whatever YAML would make of it.
json verbatim(const Node& node) {
  if (node.type != Node::Type::scalar || node.is_null()) return to_json(node);
  return json(node.text);
}

json with_verbatim_parts(const Node& node) {
  json written = to_json(node);
  for (std::size_t i = 0; i < node.items.size(); ++i) written.get_array()[i] = verbatim(*node.items[i]);
  for (const auto& member : node.members) written.get_object()[member.name] = verbatim(*member.value);
  return written;
}

/// Inputs of a process: `+30`, `007` and `3.10` reach it as they are written.
json inputs_of_process(const Node& node) {
  if (node.type != Node::Type::mapping) return with_verbatim_parts(node);
  json written = to_json(node);
  for (const auto& member : node.members) {
    bool is_for_program = member.name == "argv" || member.name == "env";
    if (is_for_program) written.get_object()[member.name] = with_verbatim_parts(*member.value);
  }
  return written;
}

class TaskReader {
 public:
  TaskReader(TaskDraft& draft, std::span<const core::Kind> kinds, Faults& faults)
      : draft_(draft), kinds_(kinds), faults_(faults) {}

  void read() {
    const Node& task = *draft_.node;
    if (task.type != Node::Type::mapping) {
      faults_.add(task.at, fmt::format("a task must be a mapping, not {}", type_phrase(task)), needs_kind());
      return;
    }
    for (const auto& member : task.members) read_member(member);
    if (kind_) {
      read_inputs();
    } else if (!kind_misspelt_) {
      faults_.add(draft_.at, fmt::format("task '{}' has no kind", draft_.spec.key), needs_kind());
    }
    refuse_items_elsewhere();
    infer_upstreams();
  }

 private:
  void read_member(const Member& member) {
    auto property = std::ranges::find(properties(), member.name, &Property::name);
    auto kind = std::ranges::find(kinds_, member.name, &core::Kind::name);
    if (property != properties().end()) {
      property->read(member, draft_, faults_);
    } else if (kind == kinds_.end()) {
      refuse_unknown(member);
    } else if (kind_) {
      faults_.add(
          member.name_at,
          fmt::format("task '{}' has two kinds, '{}' and '{}'", draft_.spec.key, kind_->name, kind->name),
          "split it in two tasks");
    } else {
      kind_ = &*kind;
      inputs_ = member.value;
    }
  }

  void refuse_unknown(const Member& member) {
    std::vector<std::string> keys;
    for (const auto& property : properties()) keys.emplace_back(property.name);
    auto kinds = kind_names();
    bool dotted = member.name.find('.') != std::string::npos;
    if (nearest(member.name, keys) && !dotted) {
      faults_.add_unknown(member.name_at, fmt::format("unknown key '{}'", member.name), member.name, keys);
    } else if (dotted || nearest(member.name, kinds)) {
      kind_misspelt_ = true;
      faults_.add_unknown(member.name_at, fmt::format("unknown kind '{}'", member.name), member.name, kinds);
    } else {
      kind_misspelt_ = true;
      faults_.add(member.name_at, fmt::format("unknown key '{}'", member.name),
                  fmt::format("a task has one kind ({}), and any of {}", fmt::join(kinds, ", "),
                              fmt::join(keys, ", ")));
    }
  }

  void read_inputs() {
    std::vector<core::Problem> problems;
    // The look-ups are noted before the shorthand of the kind adds a level that the author did not write.
    json written = kind_->name == "process" ? inputs_of_process(*inputs_) : to_json(*inputs_);
    json inputs = read_template(written, *inputs_, draft_, problems);
    std::ranges::move(core::problems_with(*kind_, inputs), std::back_inserter(problems));
    add_problems(*inputs_, problems, faults_);
    draft_.spec.kind = kind_->name;
    draft_.spec.inputs = std::move(inputs);
  }

  void refuse_items_elsewhere() {
    for (const auto& [look_up, in, in_map] : draft_.readings) {
      const auto& root = look_up.path[0];
      if (root != "item" && root != "index") continue;
      auto written = fmt::format("'{{{{ {} }}}}'", core::to_text(look_up.path));
      if (in_map) {
        faults_.add(locate(*in, look_up.where).value, fmt::format("{} is what 'map' itself gives", written),
                    "map over a list: a parameter, or the result of a task");
      } else if (!draft_.spec.map) {
        faults_.add(locate(*in, look_up.where).value,
                    fmt::format("{} is known in a mapped task only", written), "give the task a 'map'");
      }
    }
  }

  void infer_upstreams() {
    std::unordered_set<std::string_view> seen;
    auto add = [&](const std::string& key) {
      if (seen.insert(key).second) draft_.spec.upstreams.push_back(key);
    };
    for (const auto& need : draft_.needs) add(need.task);
    for (const auto& reading : draft_.readings) {
      if (reading.look_up.path[0] == "tasks") add(reading.look_up.path[1]);
    }
  }

  std::vector<std::string> kind_names() const {
    std::vector<std::string> names;
    for (const auto& kind : kinds_) names.push_back(kind.name);
    return names;
  }

  std::string needs_kind() const { return fmt::format("give it one of: {}", fmt::join(kind_names(), ", ")); }

  TaskDraft& draft_;
  std::span<const core::Kind> kinds_;
  Faults& faults_;
  const core::Kind* kind_ = nullptr;
  const Node* inputs_ = nullptr;
  bool kind_misspelt_ = false;  ///< reported already, in other words
};

}  // namespace

TaskDraft read_task(const Member& member, std::span<const core::Kind> kinds, Faults& faults) {
  TaskDraft draft{.spec = {.key = member.name}, .at = member.name_at, .node = member.value};
  check_name("task", member.name, member.name_at, faults);
  TaskReader(draft, kinds, faults).read();
  return draft;
}

}  // namespace weir::yaml
