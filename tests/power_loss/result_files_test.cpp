// Result files on a disk that loses power: what was promised to be synced is there afterwards, by the rules of POSIX alone:
// the bytes of a file after its own fsync, a name after an fsync of its folder. This program's fsync, rename, link and
// unlink are those below, which note what is done.
#include "store/result_files.h"

#include <map>
#include <set>
#include <string>

#include <dlfcn.h>
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ids.h"
#include "base/scratch.h"

namespace {

namespace files = std::filesystem;

/// What is sure to be found after a loss of power.
struct SureDisk {
  std::set<ino_t> synced{};                ///< files whose bytes are
  std::set<std::string> folders_synced{};  ///< since the last change of a name in them
  bool watching = false;

  static ino_t inode_of(int fd) {
    struct stat about{};
    return fstat(fd, &about) == 0 ? about.st_ino : 0;
  }
  void name_changed(const char* path) { folders_synced.erase(files::path(path).parent_path().string()); }

  /// The file and its bytes, and every folder on the way from `top`.
  bool holds(const files::path& file, const files::path& top) const {
    struct stat about{};
    if (stat(file.c_str(), &about) != 0 || !synced.contains(about.st_ino)) return false;
    for (auto folder = file.parent_path();; folder = folder.parent_path()) {
      if (!folders_synced.contains(folder.string())) return false;
      if (folder == top) return true;
    }
  }
};

SureDisk disk;

template <class Function>
Function* system_function(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

int fsync(int fd) {
  struct stat about{};
  if (disk.watching && fstat(fd, &about) == 0) {
    disk.synced.insert(about.st_ino);
    if (S_ISDIR(about.st_mode)) {
      disk.folders_synced.insert(files::read_symlink("/proc/self/fd/" + std::to_string(fd)).string());
    }
  }
  return 0;  // the test asks what was asked for, not whether this machine keeps it
}

int rename(const char* from, const char* to) noexcept {
  disk.name_changed(from);
  disk.name_changed(to);
  return system_function<int(const char*, const char*)>("rename")(from, to);
}

int link(const char* from, const char* to) noexcept {
  disk.name_changed(to);
  return system_function<int(const char*, const char*)>("link")(from, to);
}

int unlink(const char* path) noexcept {
  disk.name_changed(path);
  return system_function<int(const char*)>("unlink")(path);
}
}

using namespace weir;
using namespace weir::store;

TEST_CASE("a result of a synced run survives a loss of power, where it was written and where it was linked") {
  Scratch scratch;
  disk = SureDisk{.watching = true};
  auto top = scratch.path();
  auto results = result_files_in(top / "results");
  auto name = content_digest("hello");

  REQUIRE(results->write("run-1", name, "hello", true));
  CHECK(disk.holds(results->path_of("run-1", name), top));
  REQUIRE(results->link("run-1", cache_owner("key"), name, true));
  CHECK(disk.holds(results->path_of(cache_owner("key"), name), top));

  SUBCASE("and what was not synced where it was written is where it is linked") {
    auto other = content_digest("other");
    REQUIRE(results->write("run-2", other, "other", false));
    CHECK_FALSE(disk.holds(results->path_of("run-2", other), top));
    REQUIRE(results->link("run-2", "run-3", other, true));
    CHECK(disk.holds(results->path_of("run-3", other), top));
  }
}
