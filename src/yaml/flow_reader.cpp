#include "yaml/flow_reader.h"

#include <fmt/format.h>

#include "yaml/flow_check.h"
#include "yaml/hooks.h"
#include "yaml/limits.h"
#include "yaml/read_value.h"
#include "yaml/task_reader.h"

namespace weir::yaml {
namespace {

class FlowReader {
 public:
  FlowReader(std::span<const core::Kind> kinds, Faults& faults) : kinds_(kinds), faults_(faults) {}

  core::FlowSpec read(const Node& root) {
    if (root.type != Node::Type::mapping) {
      faults_.add(root.at, fmt::format("a flow file must be a mapping, not {}", type_phrase(root)),
                  "start with flow: name_of_the_flow");
      return {};
    }
    static const std::vector<std::string> known = {"flow",       "description", "parameters", "timeout",
                                                   "max_runs",   "when_busy",   "limits",     "tasks",
                                                   "on_success", "on_failure",  "on_cancel",  "on_end"};
    refuse_unknown_members(root, known, faults_);
    read_name(root);
    read_description(root);
    bool parameters_known = read_parameters(root);
    read_timeout_of_run(root);
    read_run_limit(root);
    flow_.hooks = read_run_hooks(root, faults_);
    bool limits_known = read_limits(root);
    read_tasks(root);
    check_tasks(tasks_, faults_);
    check_triggers(tasks_, faults_);
    if (parameters_known) check_parameters(tasks_, flow_.parameters, faults_);
    if (limits_known) check_limits(tasks_, flow_.limits, faults_);
    return finished();
  }

 private:
  void read_name(const Node& root) {
    const Member* name = find_member(root, "flow");
    if (!name) {
      faults_.add(root.at, "'flow' is missing", "name the flow in the first line: flow: name_of_the_flow");
    } else if (!name->value->is_text()) {
      faults_.add(name->value->at, fmt::format("'flow' must be text, not {}", type_phrase(*name->value)),
                  "write flow: name_of_the_flow");
    } else if (!refuse_template(*name->value, faults_)) {
      flow_.name = name->value->text;
      check_name("flow", flow_.name, name->value->at, faults_);
    }
  }

  void read_description(const Node& root) {
    const Member* description = find_member(root, "description");
    if (!description || description->value->is_text()) return;
    faults_.add(description->value->at,
                fmt::format("'description' must be text, not {}", type_phrase(*description->value)));
  }

  /// False when the section is unusable, so that nobody complains about parameters it may have meant to
  /// declare.
  bool read_parameters(const Node& root) {
    const Member* section = find_member(root, "parameters");
    if (!section || section->value->is_null()) return true;
    if (section->value->type != Node::Type::mapping) {
      faults_.add(section->value->at,
                  fmt::format("'parameters' must be a mapping, not {}", type_phrase(*section->value)),
                  "write name: default, and null for a default that must be given");
      return false;
    }
    for (const auto& [name, name_at, value] : section->value->members) {
      check_name("parameter", name, name_at, faults_);
      refuse_templates_in(*value);
      flow_.parameters.emplace(name, to_json(*value));
    }
    return true;
  }

  void read_timeout_of_run(const Node& root) {
    const Member* timeout = find_member(root, "timeout");
    if (timeout) flow_.timeout = read_timeout(timeout->name, *timeout->value, faults_);
  }

  void read_run_limit(const Node& root) {
    static const std::vector<std::string> choices = {"queue", "refuse"};
    const Member* runs = find_member(root, "max_runs");
    const Member* busy = find_member(root, "when_busy");
    if (runs) {
      auto number = read_integer(runs->name, *runs->value, {1, limit_slots_max}, faults_);
      flow_.run_limit.runs = static_cast<std::uint32_t>(number.value_or(0));
    }
    if (!busy) return;
    flow_.run_limit.refuse = read_choice(busy->name, *busy->value, choices, faults_) == "refuse";
    if (runs) return;
    faults_.add(busy->name_at, "'when_busy' has no effect without 'max_runs'",
                "say how many runs are enough: max_runs: 1");
  }

  /// False when the section is unusable, so that nobody complains about limits it may have meant to declare.
  bool read_limits(const Node& root) {
    const Member* section = find_member(root, "limits");
    if (!section) return true;
    auto known_faults = faults_.size();
    flow_.limits = read_limit_sizes(*section->value, faults_);
    return faults_.size() == known_faults;
  }

  void refuse_templates_in(const Node& node) {
    refuse_template(node, faults_);
    for (const Node* item : node.items) refuse_templates_in(*item);
    for (const auto& member : node.members) refuse_templates_in(*member.value);
  }

  void read_tasks(const Node& root) {
    const Member* section = find_member(root, "tasks");
    constexpr const char* example = "for example tasks: {hello: {process: [echo, hello]}}";
    if (!section) return faults_.add(root.at, "'tasks' is missing", example);
    const Node& tasks = *section->value;
    bool empty = tasks.is_null() || (tasks.type == Node::Type::mapping && tasks.members.empty());
    if (empty) return faults_.add(section->name_at, "'tasks' is empty", example);
    if (tasks.type != Node::Type::mapping) {
      return faults_.add(tasks.at, fmt::format("'tasks' must be a mapping, not {}", type_phrase(tasks)),
                         example);
    }
    for (const auto& task : tasks.members) tasks_.push_back(read_task(task, kinds_, faults_));
  }

  core::FlowSpec finished() {
    for (auto& task : tasks_) flow_.tasks.push_back(std::move(task.spec));
    return std::move(flow_);
  }

  std::span<const core::Kind> kinds_;
  Faults& faults_;
  core::FlowSpec flow_;
  std::vector<TaskDraft> tasks_;
};

}  // namespace

core::FlowSpec read_sections(const Node& root, std::span<const core::Kind> kinds, Faults& faults) {
  return FlowReader(kinds, faults).read(root);
}

}  // namespace weir::yaml
