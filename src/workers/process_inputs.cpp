#include "workers/process_inputs.h"

#include <fmt/format.h>

#include "base/nearest.h"

namespace weir::workers {
namespace {

/// Arguments and variables are text, but people write `--port, 80`.
Result<std::string> to_argument(const json& value, const std::string& where) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_double()) return fmt::format("{}", value.get_double());
  if (value.is_int64() || value.is_uint64() || value.is_bool()) return to_text(value);
  return fail(Code::invalid, fmt::format("{} is {}, not text", where, core::type_phrase(value)),
              "give a string, a number or a boolean");
}

Result<std::vector<std::string>> read_argv(const json& inputs) {
  std::vector<std::string> argv;
  const json* given = find(inputs, "argv");
  if (!given || !given->is_array()) return argv;
  for (const auto& element : given->get_array()) {
    auto argument = to_argument(element, fmt::format("argv[{}]", argv.size()));
    if (!argument) return std::unexpected(argument.error());
    argv.push_back(std::move(*argument));
  }
  return argv;
}

Result<std::vector<std::string>> read_environment(const json& inputs, const runtime::Attempt& attempt) {
  auto environment = process::inherited_environment();
  const json* given = find(inputs, "env");
  for (const auto& member : given && given->is_object() ? given->get_object() : JsonObject{}) {
    const std::string name = member.key();
    auto value = to_argument(member.value(), fmt::format("env.{}", name));
    if (!value) return std::unexpected(value.error());
    if (name.empty() || name.find('=') != std::string::npos) {
      return fail(Code::invalid, fmt::format("'{}' cannot be the name of an environment variable", name),
                  "write NAME: value");
    }
    process::set_variable(environment, name, *value);
  }
  process::set_variable(environment, "WEIR_RUN_ID", attempt.run_id);
  process::set_variable(environment, "WEIR_RUN_NAME", attempt.run_name);
  process::set_variable(environment, "WEIR_TASK", attempt.task);
  process::set_variable(environment, "WEIR_ATTEMPT", std::to_string(attempt.id.number));
  process::set_variable(environment, "WEIR_ATTEMPT_TOKEN", attempt.token);
  return environment;
}

/// A run may be resumed from anywhere: its folders are found from the one it began in.
std::filesystem::path directory_of(const json& inputs, const runtime::Attempt& attempt) {
  const std::filesystem::path base = attempt.directory, wanted = string_or(inputs, "directory", "");
  return wanted.empty() ? base : base / wanted;
}

Result<OutputForm> read_output_form(const json& inputs) {
  const std::string form = string_or(inputs, "output", "text");
  if (form == "text") return OutputForm::text;
  if (form == "json") return OutputForm::json;
  const std::vector<std::string> known = {"text", "json"};
  return fail(Code::invalid, fmt::format("output '{}' is not known", form), suggest(form, known));
}

Result<std::optional<int>> read_skip_exit_code(const json& inputs) {
  const json* code = find(inputs, "skip_exit_code");
  if (!code) return std::nullopt;
  auto number = find_int(inputs, "skip_exit_code");
  if (number && *number >= 1 && *number <= 255) return static_cast<int>(*number);
  return fail(Code::invalid, fmt::format("skip_exit_code must be from 1 to 255, not {}", to_text(*code)));
}

}  // namespace

const core::Kind& process_kind() {
  using core::FieldType;
  static const core::Kind kind{
      .name = "process",
      .summary = "Runs a program and waits for it",
      .fields = {{"argv", FieldType::array, true, "the program and its arguments; no shell is involved"},
                 {"env", FieldType::object, false, "environment variables to set besides the inherited ones"},
                 {"directory", FieldType::string, false, "working directory"},
                 {"output", FieldType::string, false,
                  "what standard output is: 'text' (default) gives {exit_code, stdout}, 'json' its value"},
                 {"skip_exit_code", FieldType::integer, false,
                  "a program that ends with it has nothing to do: its task is skipped"}},
      .shorthand = "argv"};
  return kind;
}

Result<ProcessInputs> read_process_inputs(const runtime::Attempt& attempt) {
  json inputs = attempt.inputs;
  if (auto problem = core::check_inputs(process_kind(), inputs)) return std::unexpected(problem->error);
  auto output = read_output_form(inputs);
  if (!output) return std::unexpected(output.error());
  auto argv = read_argv(inputs);
  if (!argv) return std::unexpected(argv.error());
  auto skip_exit_code = read_skip_exit_code(inputs);
  if (!skip_exit_code) return std::unexpected(skip_exit_code.error());
  auto environment = read_environment(inputs, attempt);
  if (!environment) return std::unexpected(environment.error());
  return ProcessInputs{.command = {.argv = std::move(*argv),
                                   .environment = std::move(*environment),
                                   .directory = directory_of(inputs, attempt),
                                   .owner = attempt.run_id},
                       .output = *output,
                       .skip_exit_code = *skip_exit_code};
}

}  // namespace weir::workers
