#include "workspace/files/file_tree.h"

#include <fstream>

#include <doctest/doctest.h>

#include "base/scratch.h"

using namespace weir::workspace;
namespace fs = std::filesystem;

namespace {

struct World {
  weir::Scratch folder;
  FileTree tree{make("root"), make("staging")};

  fs::path make(const char* name) {
    fs::create_directory(folder.path() / name);
    return folder.path() / name;
  }
};

TreePath at(std::string_view text) { return TreePath::parse(text).value(); }

}  // namespace

TEST_CASE("a written file is read back, in pieces and past its end") {
  World world;
  REQUIRE(world.tree.write(at("/a/b/c.txt"), "hello", false));
  CHECK(world.tree.read(at("/a/b/c.txt")) == "hello");
  CHECK(world.tree.read(at("/a/b/c.txt"), 3, 10) == "lo");
  CHECK(world.tree.read(at("/a/b/c.txt"), 9, 10) == "");
  CHECK(world.tree.status(at("/a/b"))->is_directory);
  CHECK(world.tree.status(at("/a/b/c.txt"))->size == 5);
  CHECK(world.tree.write(at("/a/b/c.txt"), "x", false).error() == FileFault::exists);
  CHECK(world.tree.write(at("/a/b/c.txt"), "x", true));
  CHECK(world.tree.read(at("/a/b/c.txt")) == "x");
  CHECK(fs::is_empty(world.folder.path() / "staging"));
}

TEST_CASE("folders and files do not take each other's place") {
  World world;
  REQUIRE(world.tree.write(at("/f"), "x", false));
  REQUIRE(world.tree.make_directories(at("/d/e")));
  CHECK(world.tree.make_directories(at("/d/e")));
  CHECK(world.tree.make_directories(at("/f")).error() == FileFault::not_a_directory);
  CHECK(world.tree.make_directories(at("/f/g")).error() == FileFault::not_a_directory);
  CHECK(world.tree.write(at("/f/g"), "x", true).error() == FileFault::not_a_directory);
  CHECK(world.tree.write(at("/d"), "x", true).error() == FileFault::is_a_directory);
  CHECK(world.tree.write(at("/"), "x", true).error() == FileFault::is_a_directory);
  CHECK(world.tree.read(at("/d")).error() == FileFault::is_a_directory);
  CHECK(world.tree.read(at("/none")).error() == FileFault::not_found);
}

TEST_CASE("a folder goes only when it is empty or when everything below may go too") {
  World world;
  REQUIRE(world.tree.write(at("/d/e/f"), "x", false));
  CHECK(world.tree.remove(at("/d"), false).error() == FileFault::not_empty);
  CHECK(world.tree.remove(at("/"), true).error() == FileFault::not_empty);
  CHECK(world.tree.remove(at("/d"), true));
  CHECK(world.tree.remove(at("/d"), true).error() == FileFault::not_found);
}

TEST_CASE("moving keeps the file and its id, and overwrites nothing") {
  World world;
  REQUIRE(world.tree.write(at("/d/f"), "x", false));
  REQUIRE(world.tree.write(at("/g"), "y", false));
  CHECK(world.tree.move(at("/d"), at("/d/e")).error() == FileFault::into_itself);
  CHECK(world.tree.move(at("/d/f"), at("/g")).error() == FileFault::exists);
  CHECK(world.tree.move(at("/none"), at("/h")).error() == FileFault::not_found);
  CHECK(world.tree.move(at("/d"), at("/h")));
}

TEST_CASE("no path text leaves the tree") {
  for (auto text : {"/..", "/../etc/passwd", "/a/../../etc/passwd", "/a/./b", "dbfs:/../x", "a/b", "",
                    "etc/passwd", "dbfs:x", "../x", "file:/etc/passwd", "/a/..", "~/.ssh", "C:\\x"}) {
    CAPTURE(text);
    CHECK_FALSE(TreePath::parse(text));
  }
  CHECK_FALSE(TreePath::parse(std::string_view("/a\0b", 4)));
  CHECK_FALSE(TreePath::parse("/a\nb"));
  CHECK_FALSE(TreePath::parse("/" + std::string(300, 'a')));
  CHECK_FALSE(TreePath::parse(std::string(5000, '/')));
  // These look odd but are names like any other; nothing decodes them again.
  for (auto text : {"/%2e%2e/x", "/..a", "/...", "/a\\..\\b", "/\xc0\xae\xc0\xae/x"})
    CHECK(TreePath::parse(text));
  CHECK(at("dbfs:///a//b/").text() == "/a/b");
}

TEST_CASE("symbolic links are not followed, in whatever part of a path") {
  World world;
  fs::create_directory(world.folder.path() / "outside");
  std::ofstream(world.folder.path() / "outside/secret") << "secret";
  fs::create_symlink(world.folder.path() / "outside", world.tree.root() / "link");
  fs::create_symlink(world.folder.path() / "outside/secret", world.tree.root() / "file");
  CHECK_FALSE(world.tree.read(at("/file")));
  CHECK_FALSE(world.tree.read(at("/link/secret")));
  CHECK_FALSE(world.tree.status(at("/link")));
  CHECK_FALSE(world.tree.list(at("/link")));
  CHECK_FALSE(world.tree.write(at("/link/new"), "x", true));
  CHECK_FALSE(world.tree.remove(at("/link/secret"), true));
  CHECK(world.tree.list(at("/"))->empty());
  // Writing over a link replaces the link, and removing a folder removes links without what they point to.
  CHECK(world.tree.write(at("/file"), "x", true));
  REQUIRE(world.tree.make_directories(at("/d")));
  fs::create_symlink(world.folder.path() / "outside", world.tree.root() / "d/link");
  CHECK(world.tree.remove(at("/d"), true));
  CHECK(fs::exists(world.folder.path() / "outside/secret"));
}

TEST_CASE("a folder is listed by name") {
  World world;
  for (auto name : {"/b", "/a/x", "/c"}) REQUIRE(world.tree.write(at(name), "1", false));
  auto entries = world.tree.list(at("/")).value();
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].name == "a");
  CHECK(entries[0].is_directory);
  CHECK(entries[2].name == "c");
  CHECK(world.tree.list(at("/b")).error() == FileFault::not_a_directory);
}
