#include "workspace/files/objects.h"

#include <doctest/doctest.h>

#include "base/scratch.h"

using namespace weir::workspace;
namespace fs = std::filesystem;

namespace {

struct World {
  weir::Scratch folder;
  FileTree tree{make("files"), make("staging")};
  Objects objects{tree};

  fs::path make(const char* name) {
    fs::create_directory(folder.path() / name);
    return folder.path() / name;
  }
};

TreePath at(std::string_view text) { return Objects::parse(text).value(); }

}  // namespace

TEST_CASE("a notebook is found by its name without extension, under both spellings of its path") {
  World world;
  REQUIRE(world.objects.write_notebook(at("/Shared/ingest"), *form_of_language("PYTHON"), "print(1)", false));
  auto found = world.objects.find(at("/Workspace/Shared/ingest"));
  REQUIRE(found);
  CHECK(found->type == Object::Type::notebook);
  CHECK(found->language == "PYTHON");
  CHECK(found->path.text() == "/Shared/ingest");
  CHECK(world.objects.content(*found) == "# Databricks notebook source\nprint(1)");
  CHECK_FALSE(world.objects.find(at("/Shared/ingest.py")));
}

TEST_CASE("a notebook written in another language replaces the old one only when asked to") {
  World world;
  REQUIRE(world.objects.write_notebook(at("/n"), *form_of_language("PYTHON"), "1", false));
  CHECK(world.objects.write_notebook(at("/n"), *form_of_language("SQL"), "1", false).error() ==
        FileFault::exists);
  CHECK(world.objects.write_notebook(at("/n"), *form_of_language("SQL"), "SELECT 1", true));
  CHECK(world.objects.find(at("/n"))->language == "SQL");
  CHECK(world.objects.list(at("/"))->size() == 1);
}

TEST_CASE("files keep their names, whatever they are called") {
  World world;
  REQUIRE(world.objects.write_file(at("/lib/tools.py"), "x = 1\n", false));
  auto found = world.objects.find(at("/lib/tools.py"));
  REQUIRE(found);
  CHECK(found->type == Object::Type::file);
  CHECK(world.objects.find(at("/lib/tools")).error() == FileFault::not_found);
  CHECK(world.objects.find(at("/lib"))->type == Object::Type::directory);
  CHECK(world.objects.find(at("/Workspace"))->type == Object::Type::directory);
  CHECK(world.objects.write_file(at("/lib"), "x", true).error() == FileFault::is_a_directory);
}

TEST_CASE("the header must be the whole first line") {
  CHECK(form_of_content("a.py", "# Databricks notebook source\nx"));
  CHECK(form_of_content("a.py", "# Databricks notebook source\r\nx"));
  CHECK(form_of_content("a.ipynb", "{}"));
  CHECK_FALSE(form_of_content("a.py", "# Databricks notebook sources\n"));
  CHECK_FALSE(form_of_content("a.sql", "# Databricks notebook source\n"));
  CHECK_FALSE(form_of_content(".py", "# Databricks notebook source\n"));
}
