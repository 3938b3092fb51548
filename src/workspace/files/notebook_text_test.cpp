#include "workspace/files/notebook_text.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "workspace/files/objects.h"

using namespace weir;
using namespace weir::workspace;

namespace {

constexpr std::string_view source =
    "# Databricks notebook source\n"
    "print(1)\n\nprint(2)\n"
    "\n# COMMAND ----------\n\n"
    "# MAGIC %md\n# MAGIC # Title\n# MAGIC\n# MAGIC text\n"
    "\n# COMMAND ----------\n\n"
    "# MAGIC %sql SELECT 1\n";

const NotebookForm& python = *form_of_language("PYTHON");
const NotebookForm& jupyter = *form_of_content("a.ipynb", "");

}  // namespace

TEST_CASE("source is cells and cells are the same source") {
  auto notebook = read_notebook(python, source);
  REQUIRE(notebook);
  CHECK(notebook->cells ==
        std::vector<std::string>{"print(1)\n\nprint(2)", "%md\n# Title\n\ntext", "%sql SELECT 1"});
  CHECK(to_source(*notebook) == source);
}

TEST_CASE("the marks of each language are its comments") {
  auto sql = read_notebook(
      *form_of_language("SQL"),
      "-- Databricks notebook source\nSELECT 1\n\n-- COMMAND ----------\n\n-- MAGIC %python\n-- MAGIC x\n");
  CHECK(sql->cells == std::vector<std::string>{"SELECT 1", "%python\nx"});
  CHECK(to_source(*sql).starts_with("-- Databricks notebook source\nSELECT 1\n"));
}

TEST_CASE("a comment that only looks like a mark stays code") {
  auto notebook = read_notebook(python, "# Databricks notebook source\n# MAGIC %md\nprint(1)\n");
  CHECK(notebook->cells == std::vector<std::string>{"# MAGIC %md\nprint(1)"});
}

TEST_CASE("Jupyter has Markdown in cells of their own, and back again") {
  auto notebook = read_notebook(python, source).value();
  std::string text = to_jupyter(notebook);
  auto document = parse_json(text).value();
  CHECK(document.at("cells").at(1).at("cell_type") == "markdown");
  CHECK(document.at("cells").at(1).at("source") == "# Title\n\ntext");
  CHECK(document.at("cells").at(2).at("cell_type") == "code");
  auto back = read_notebook(jupyter, text);
  REQUIRE(back);
  CHECK(back->cells == notebook.cells);
  CHECK(to_source(*back) == source);
}

TEST_CASE("sources of Jupyter may be lists of lines, and what is no notebook is none") {
  auto notebook =
      read_notebook(jupyter, R"({"cells": [{"cell_type": "code", "source": ["a\n", "b"]}, {}, 7]})");
  REQUIRE(notebook);
  CHECK(notebook->cells == std::vector<std::string>{"a\nb", "", ""});
  for (auto text : {"", "[]", "{}", R"({"cells": 1})", "{"}) CHECK_FALSE(read_notebook(jupyter, text));
}

TEST_CASE("a page holds its notebook, and shows its code as text") {
  Notebook notebook{.language = "SCALA", .cells = {"val x = \"<b>\" // 'é'", "%md\nhello"}};
  auto page = to_html(notebook, "a <name>");
  CHECK(page.contains("&lt;b&gt;"));
  CHECK(page.contains("a &lt;name&gt;"));
  auto back = read_html_notebook(page);
  REQUIRE(back);
  CHECK(back->language == "SCALA");
  CHECK(back->cells == notebook.cells);
  for (auto text :
       {"", "<html></html>", "__DATABRICKS_NOTEBOOK_MODEL = 'e30=';", "__DATABRICKS_NOTEBOOK_MODEL = '***'"})
    CHECK_FALSE(read_html_notebook(text));
}
