#include "yaml/task_draft.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/duration.h"
#include "base/nearest.h"

namespace weir::yaml {
namespace {

class TaskReader {
 public:
  TaskReader(TaskDraft& draft, std::span<const core::Kind> kinds, Faults& faults)
      : draft_(draft), kinds_(kinds), faults_(faults) {}

  void read(const Node& task) {
    if (task.type != Node::Type::mapping) {
      faults_.add(task.at, fmt::format("a task must be a mapping, not {}", type_phrase(task)), needs_kind());
      return;
    }
    for (const auto& member : task.members) read_member(member);
    if (kind_) return read_inputs(*kind_, *draft_.inputs);
    if (!kind_misspelt_) {
      faults_.add(draft_.at, fmt::format("task '{}' has no kind", draft_.spec.key), needs_kind());
    }
  }

 private:
  using Read = void (TaskReader::*)(const Node&);
  struct Property {
    std::string_view name;
    Read read;
  };
  static constexpr std::size_t property_count = 5;
  static const std::array<Property, property_count> properties;

  void read_member(const Member& member) {
    auto property = std::ranges::find(properties, member.name, &Property::name);
    auto kind = std::ranges::find(kinds_, member.name, &core::Kind::name);
    if (property != properties.end()) {
      (this->*property->read)(*member.value);
    } else if (kind == kinds_.end()) {
      refuse_unknown(member);
    } else if (kind_) {
      faults_.add(
          member.name_at,
          fmt::format("task '{}' has two kinds, '{}' and '{}'", draft_.spec.key, kind_->name, kind->name),
          "split it in two tasks");
    } else {
      kind_ = &*kind;
      draft_.inputs = member.value;
    }
  }

  void refuse_unknown(const Member& member) {
    std::vector<std::string> keys;
    for (const auto& property : properties) keys.emplace_back(property.name);
    auto kinds = kind_names();
    bool dotted = member.name.find('.') != std::string::npos;
    if (nearest(member.name, keys) && !dotted) {
      faults_.add_unknown(member.name_at, fmt::format("unknown key '{}'", member.name), member.name, keys);
    } else if (dotted || nearest(member.name, kinds)) {
      kind_misspelt_ = true;
      faults_.add_unknown(member.name_at, fmt::format("unknown kind '{}'", member.name), member.name, kinds);
    } else {
      kind_misspelt_ = true;
      faults_.add(
          member.name_at, fmt::format("unknown key '{}'", member.name),
          fmt::format("a task has {} and one kind: {}", fmt::join(keys, ", "), fmt::join(kinds, ", ")));
    }
  }

  void read_needs(const Node& node) {
    if (node.type == Node::Type::mapping || node.is_null()) {
      faults_.add(
          node.at,
          fmt::format("'needs' must be the name of a task or a list of names, not {}", type_phrase(node)),
          "write needs: other_task, or needs: [a, b]");
    } else if (node.type == Node::Type::scalar) {
      read_need(node);
    } else {
      for (const Node* item : node.items) read_need(*item);
    }
  }

  void read_need(const Node& node) {
    if (node.type != Node::Type::scalar || node.is_null()) {
      faults_.add(node.at, fmt::format("'needs' lists names of tasks, not {}", type_phrase(node)));
    } else if (!refuse_template(node, faults_)) {
      draft_.needs.push_back({node.text, node.at});
      add_upstream(node.text);
    }
  }

  void read_retries(const Node& node) {
    if (refuse_template(node, faults_)) return;
    bool integer = node.type == Node::Type::scalar && node.scalar.is_number() && !node.scalar.is_double();
    if (!integer) {
      faults_.add(node.at, fmt::format("'retries' must be an integer, not {}", shown(node)),
                  fmt::format("0 to {}", core::retries_max));
      return;
    }
    boost::json::error_code error;
    auto retries = node.scalar.to_number<std::uint32_t>(error);
    if (error || retries > core::retries_max) {
      faults_.add(node.at,
                  fmt::format("'retries' must be from 0 to {}, not {}", core::retries_max, node.text));
      return;
    }
    draft_.spec.policy.retry.count = retries;
  }

  void read_retry_delay(const Node& node) {
    if (auto delay = read_duration("retry_delay", node)) draft_.spec.policy.retry.delays = {*delay};
  }

  void read_timeout(const Node& node) {
    auto timeout = read_duration("timeout", node);
    if (!timeout) return;
    if (*timeout > Duration{0}) {
      draft_.spec.policy.timeout = *timeout;
    } else {
      faults_.add(node.at, "'timeout' must be longer than nothing", "leave it out for no limit");
    }
  }

  void read_description(const Node& node) {
    if (node.is_text()) return;
    faults_.add(node.at, fmt::format("'description' must be text, not {}", type_phrase(node)));
  }

  std::optional<Duration> read_duration(std::string_view name, const Node& node) {
    if (refuse_template(node, faults_)) return std::nullopt;
    bool written = node.type == Node::Type::scalar && !node.is_null() && !node.scalar.is_bool();
    if (!written) {
      faults_.add(node.at, fmt::format("'{}' must be a duration, not {}", name, type_phrase(node)),
                  "write for example 500ms, 10s, 2m, 1h30m or 1d");
      return std::nullopt;
    }
    auto duration = parse_duration(node.text);
    if (duration) return *duration;
    faults_.add(node.at, within(fmt::format("'{}'", name), duration.error()));
    return std::nullopt;
  }

  void read_inputs(const core::Kind& kind, const Node& node) {
    std::vector<core::Problem> problems;
    json inputs = core::compile_template(to_json(node), problems);
    // Where the look-ups are depends on what the author wrote, so it is noted before the shorthand adds a
    // level.
    draft_.look_ups = core::lookups_in(inputs);
    for (const auto& found : draft_.look_ups) {
      if (found.path[0] == "tasks") add_upstream(found.path[1]);
    }
    std::ranges::move(core::problems_with(kind, inputs), std::back_inserter(problems));
    for (const auto& problem : problems) {
      auto place = locate(node, problem.path);
      faults_.add(problem.about_name ? place.name : place.value, problem.error);
    }
    draft_.spec.kind = kind.name;
    draft_.spec.inputs = std::move(inputs);
  }

  void add_upstream(const std::string& key) {
    if (upstreams_.insert(key).second) draft_.spec.upstreams.push_back(key);
  }

  /// A scalar as it was written, anything else by its type.
  static std::string shown(const Node& node) {
    return node.is_text()                                       ? fmt::format("'{}'", node.text)
           : node.type == Node::Type::scalar && !node.is_null() ? node.text
                                                                : type_phrase(node);
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
  std::unordered_set<std::string> upstreams_;
  bool kind_misspelt_ = false;  ///< reported already, in other words
};

constexpr std::array<TaskReader::Property, TaskReader::property_count> TaskReader::properties = {{
    {"needs", &TaskReader::read_needs},
    {"retries", &TaskReader::read_retries},
    {"retry_delay", &TaskReader::read_retry_delay},
    {"timeout", &TaskReader::read_timeout},
    {"description", &TaskReader::read_description},
}};

}  // namespace

TaskDraft read_task(const Member& member, std::span<const core::Kind> kinds, Faults& faults) {
  TaskDraft draft{.spec = {.key = member.name}, .at = member.name_at};
  check_name("task", member.name, member.name_at, faults);
  TaskReader(draft, kinds, faults).read(*member.value);
  return draft;
}

bool refuse_template(const Node& node, Faults& faults) {
  if (!node.is_text() || node.text.find("{{") == std::string::npos) return false;
  faults.add(node.at, "a template is not looked up here", "templates belong in the inputs of a task's kind");
  return true;
}

void check_name(std::string_view what, std::string_view name, Position at, Faults& faults) {
  if (core::is_valid_name(name)) return;
  faults.add(
      at, fmt::format("'{}' is not a valid {} name", name, what),
      fmt::format("use letters, digits, _ - and ., starting with a letter, digit or _, at most {} in all",
                  core::name_length_max));
}

}  // namespace weir::yaml
