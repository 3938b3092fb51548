// databricks.import_notebook: a notebook in source form or as Jupyter saves it.
#include <algorithm>

#include <fmt/format.h>

#include "databricks/client/workspace_files.h"
#include "databricks/client/workspace_requests.h"
#include "databricks/operations/files.h"
#include "databricks/wire/limits.h"

namespace weir::databricks::operations {

using enum core::FieldType;

namespace {

const std::vector<std::string>& languages() {
  static const std::vector<std::string> known = {"PYTHON", "SQL", "SCALA", "R"};
  return known;
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

Step prepare(const Task& task) {
  Given given(task.inputs);
  auto path = remote_path(given, "path");
  if (!given.problem() && path.place != RemotePath::Place::workspace) {
    given.refuse("/path", "notebooks are in the workspace tree",
                 "begin with /Workspace/, /Users/ or /Shared/");
  }
  given.one_of({"local", "content"});
  given.text_or("local", "");
  given.text_or("content", "");
  auto language = upper(given.text_or("language", "PYTHON"));
  if (std::ranges::find(languages(), language) == languages().end()) {
    given.refuse("/language", fmt::format("there is no language '{}'", language), "PYTHON, SQL, SCALA or R");
  }
  bool overwrite = given.flag_or("overwrite", true);
  if (auto bad = given.problem()) return refused(*bad);
  json plan = {{"path", path.path}};
  return overwrite ? commit(std::move(plan)) : unless_there(path, plan);
}

bool is_jupyter(std::string_view name, std::string_view source) {
  return name.ends_with(".ipynb") || source.starts_with('{');
}

Step send(const json& inputs, const std::string& path, const std::string& source) {
  JsonObject how{{"path", path}};
  auto name = string_or(inputs, "local", path);
  if (is_jupyter(name, source)) {
    how["format"] = "JUPYTER";
  } else {
    auto told = notebook_language(name, source);
    how["format"] = "SOURCE";
    how["language"] = upper(string_or(inputs, "language", told.empty() ? "PYTHON" : told));
  }
  return ask(requests::workspace_import(std::move(how), source, true),
             [=](const Answer& answer) { return answer ? done({{"path", path}}) : refused(answer.error()); });
}

Step begin(const Task& task, const json& plan, bool) {
  auto path = string_or(plan, "path", "");
  if (auto content = find_string(task.inputs, "content")) return send(task.inputs, path, *content);
  return {Load{string_or(task.inputs, "local", ""), notebook_bytes_max,
               [=, inputs = task.inputs](const Result<std::string>& source) {
                 return source ? send(inputs, path, *source) : refused(source.error());
               }}};
}

}  // namespace

Operation import_notebook_operation() {
  return {
      .kind =
          {.name = "databricks.import_notebook",
           .summary = "Puts a notebook into the workspace",
           .fields = {{.name = "path",
                       .type = string,
                       .required = true,
                       .summary = "of the notebook: /Shared/report"},
                      {.name = "local",
                       .type = string,
                       .summary = "a .py, .sql, .scala, .r or .ipynb file of this machine; or give content"},
                      {.name = "content", .type = string, .summary = "its source"},
                      {.name = "language", .type = string, .summary = "PYTHON (default), SQL, SCALA or R"},
                      {.name = "overwrite", .type = boolean, .summary = "false: fail when it is there"}}},
      .prepare = prepare,
      .begin = begin};
}

}  // namespace weir::databricks::operations
