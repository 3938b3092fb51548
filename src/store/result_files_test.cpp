#include "store/result_files.h"

#include <fstream>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "base/ids.h"
#include "base/scratch.h"

using namespace weir;
using namespace weir::store;

namespace {

struct Folder {
  Scratch scratch{};
  std::unique_ptr<ResultFiles> files = result_files_in(scratch.path() / "results");

  std::string write(const std::string& owner, const std::string& bytes, bool sync = false) {
    auto name = content_digest(bytes);
    REQUIRE(files->write(owner, name, bytes, sync));
    return name;
  }
};

}  // namespace

TEST_CASE("what was written is read, and its owner's folder holds nothing else") {
  Folder folder;
  auto name = folder.write("run-1", "hello", true);
  CHECK(folder.files->read("run-1", name) == "hello");
  CHECK(folder.files->size_of("run-1", name) == 5U);
  CHECK(folder.write("run-1", "hello") == name);
  CHECK(folder.files->names("run-1") == std::vector{name});
  auto entries = std::filesystem::directory_iterator(folder.scratch.path() / "results" / "run-1");
  CHECK(std::distance(begin(entries), end(entries)) == 1);
}

TEST_CASE("a file that is gone, and one that is damaged, are told apart") {
  Folder folder;
  auto name = folder.write("run-1", "hello");
  CHECK(folder.files->read("run-2", name).error().code == Code::not_found);
  std::ofstream(folder.files->path_of("run-1", name), std::ios::trunc) << "hallo";
  auto damaged = folder.files->read("run-1", name);
  REQUIRE_FALSE(damaged);
  CHECK(damaged.error().code == Code::internal);
  CHECK(damaged.error().message.ends_with("is damaged"));
}

TEST_CASE("a value that moves is one file with two names, and each owner's can go") {
  Folder folder;
  auto name = folder.write("run-1", "hello");
  REQUIRE(folder.files->link("run-1", cache_owner("key"), name, true));
  REQUIRE(folder.files->link(cache_owner("key"), "run-2", name, false));
  REQUIRE(folder.files->link(cache_owner("key"), "run-2", name, false));
  struct stat about{};
  REQUIRE(stat(folder.files->path_of("run-2", name).c_str(), &about) == 0);
  CHECK(about.st_nlink == 3);
  folder.files->erase_all("run-1");
  CHECK(folder.files->read("run-2", name) == "hello");
  CHECK(folder.files->cache_keys() == std::vector<std::string>{"key"});
  CHECK(folder.files->link("run-1", "run-3", name, false).error().code == Code::not_found);
}

TEST_CASE("an owner without files has no folder") {
  Folder folder;
  auto name = folder.write("run-1", "hello");
  folder.files->erase("run-1", name);
  CHECK_FALSE(folder.files->size_of("run-1", name));
  CHECK_FALSE(std::filesystem::exists(folder.scratch.path() / "results" / "run-1"));
}

TEST_CASE("what cannot be written is an error, and leaves nothing behind") {
  Folder folder;
  std::ofstream(folder.scratch.path() / "results") << "in the way";
  auto failed = folder.files->write("run-1", content_digest("hello"), "hello", false);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message.starts_with("cannot make "));
}
