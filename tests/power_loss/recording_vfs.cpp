// Records what SQLite does to its files, by standing between it and the operating system.
#include <memory>

#include <sqlite3.h>

#include "base/check.h"
#include "power_loss/disk.h"

namespace weir::power {
namespace {

PowerLossDisk* disk = nullptr;
sqlite3_vfs* system_vfs = nullptr;
sqlite3_vfs recording_vfs;

/// SQLite allocates it, with room for the system's own file behind it.
struct File {
  sqlite3_file base;
  std::string* name;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File& ours(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
sqlite3_file* real(sqlite3_file* file) { return ours(file).real(); }
const sqlite3_io_methods& methods(sqlite3_file* file) { return *real(file)->pMethods; }

int close_file(sqlite3_file* file) {
  delete ours(file).name;
  return methods(file).xClose(real(file));
}

int write_file(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  std::string copy(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
  disk->note({DiskOperation::Kind::write, *ours(file).name, offset, std::move(copy)});
  return methods(file).xWrite(real(file), bytes, size, offset);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  disk->note({DiskOperation::Kind::truncate, *ours(file).name, size});
  return methods(file).xTruncate(real(file), size);
}

int sync_file(sqlite3_file* file, int) {
  disk->note({DiskOperation::Kind::sync, *ours(file).name});
  return SQLITE_OK;
}

const sqlite3_io_methods recording_methods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = [](sqlite3_file* f, void* b, int n,
                sqlite3_int64 at) { return methods(f).xRead(real(f), b, n, at); },
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = [](sqlite3_file* f, sqlite3_int64* size) { return methods(f).xFileSize(real(f), size); },
    .xLock = [](sqlite3_file* f, int lock) { return methods(f).xLock(real(f), lock); },
    .xUnlock = [](sqlite3_file* f, int lock) { return methods(f).xUnlock(real(f), lock); },
    .xCheckReservedLock = [](sqlite3_file* f,
                             int* out) { return methods(f).xCheckReservedLock(real(f), out); },
    .xFileControl = [](sqlite3_file* f, int op,
                       void* arg) { return methods(f).xFileControl(real(f), op, arg); },
    .xSectorSize = [](sqlite3_file* f) { return methods(f).xSectorSize(real(f)); },
    .xDeviceCharacteristics = [](sqlite3_file* f) { return methods(f).xDeviceCharacteristics(real(f)); },
    .xShmMap = [](sqlite3_file* f, int page, int size, int extend,
                  void volatile** out) { return methods(f).xShmMap(real(f), page, size, extend, out); },
    .xShmLock = [](sqlite3_file* f, int from, int n,
                   int flags) { return methods(f).xShmLock(real(f), from, n, flags); },
    .xShmBarrier = [](sqlite3_file* f) { methods(f).xShmBarrier(real(f)); },
    .xShmUnmap = [](sqlite3_file* f, int erase) { return methods(f).xShmUnmap(real(f), erase); },
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

std::string name_of(const char* path) { return std::filesystem::path(path).filename().string(); }

int open_file(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  if ((flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL)) == 0) {
    return system_vfs->xOpen(system_vfs, path, file, flags, out_flags);
  }
  file->pMethods = nullptr;
  int code = system_vfs->xOpen(system_vfs, path, real(file), flags, out_flags);
  if (code != SQLITE_OK) return code;
  ours(file).name = new std::string(name_of(path));
  file->pMethods = &recording_methods;
  return SQLITE_OK;
}

int erase_file(sqlite3_vfs*, const char* path, int sync_folder) {
  disk->note({DiskOperation::Kind::erase, name_of(path)});
  if (sync_folder) disk->note({DiskOperation::Kind::sync, name_of(path)});
  return system_vfs->xDelete(system_vfs, path, 0);
}

}  // namespace

PowerLossDisk::PowerLossDisk() {
  WEIR_CHECK(!disk, "one disk at a time");
  disk = this;
  system_vfs = sqlite3_vfs_find("unix");
  recording_vfs = *system_vfs;
  recording_vfs.zName = "power-loss";
  recording_vfs.szOsFile += static_cast<int>(sizeof(File));
  recording_vfs.xOpen = open_file;
  recording_vfs.xDelete = erase_file;
  sqlite3_vfs_register(&recording_vfs, 1);
}

PowerLossDisk::~PowerLossDisk() {
  sqlite3_vfs_unregister(&recording_vfs);
  sqlite3_vfs_register(system_vfs, 1);
  disk = nullptr;
}

}  // namespace weir::power
