#include "yaml/flow_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include "yaml/document.h"
#include "yaml/faults.h"
#include "yaml/flow_check.h"
#include "yaml/task_draft.h"

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
    refuse_unknown_keys(root);
    read_name(root);
    read_description(root);
    bool parameters_known = read_parameters(root);
    read_tasks(root);
    check_tasks(tasks_, faults_);
    if (parameters_known) check_parameters(tasks_, flow_.parameters, faults_);
    return finished();
  }

 private:
  void refuse_unknown_keys(const Node& root) {
    static const std::vector<std::string> known = {"flow", "description", "parameters", "tasks"};
    for (const auto& member : root.members) {
      if (std::ranges::find(known, member.name) != known.end()) continue;
      faults_.add_unknown(member.name_at, fmt::format("unknown key '{}'", member.name), member.name, known);
    }
  }

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

std::unexpected<std::vector<FileError>> refused(Code code, const std::string& file, std::string what,
                                                std::string hint = {}) {
  return std::unexpected(std::vector{whole_file_error(code, file, std::move(what), std::move(hint))});
}

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

}  // namespace

std::expected<core::FlowSpec, std::vector<FileError>> parse_flow(std::string_view text,
                                                                 const std::string& shown_name,
                                                                 std::span<const core::Kind> kinds) {
  if (text.size() > file_bytes_max) {
    return refused(Code::invalid, shown_name, fmt::format("larger than {} MiB", file_bytes_max >> 20),
                   "split the flow, or generate its tasks in Python or C++");
  }
  text = without_byte_order_mark(text);
  Faults faults(shown_name, text);
  core::FlowSpec flow;
  if (auto document = read_document(text, faults)) flow = FlowReader(kinds, faults).read(document->root());
  if (!faults.empty()) return std::unexpected(faults.errors());
  return flow;
}

std::expected<core::FlowSpec, std::vector<FileError>> read_flow(const std::filesystem::path& file,
                                                                std::span<const core::Kind> kinds) {
  auto name = file.string();
  std::error_code error;
  auto status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    return refused(Code::not_found, name, "no such file");
  }
  if (status.type() == std::filesystem::file_type::directory) {
    return refused(Code::invalid, name, "a directory, not a flow file", "name a file in it");
  }
  std::ifstream stream(file, std::ios::binary);
  if (error || !stream) {
    auto why = error ? error.message() : std::string(std::strerror(errno));
    return refused(Code::invalid, name, fmt::format("cannot be read: {}", why));
  }
  std::string text(file_bytes_max + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) return refused(Code::invalid, name, "cannot be read to its end");
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return parse_flow(text, name, kinds);
}

}  // namespace weir::yaml
