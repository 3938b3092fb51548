#include "workspace/files/file_tree.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ids.h"

namespace weir::workspace {
namespace {

std::unexpected<FileFault> fault() {
  switch (errno) {
    case ENOENT:
    case ELOOP:
      return std::unexpected(FileFault::not_found);
    case EEXIST:
      return std::unexpected(FileFault::exists);
    case ENOTDIR:
      return std::unexpected(FileFault::not_a_directory);
    case EISDIR:
      return std::unexpected(FileFault::is_a_directory);
    case ENOTEMPTY:
      return std::unexpected(FileFault::not_empty);
    case EINVAL:
      return std::unexpected(FileFault::into_itself);
    default:
      return std::unexpected(FileFault::io);
  }
}

enum class Missing : std::uint8_t { fails, is_made };

/// The folder itself, reached part by part.
FileResult<Descriptor> open_folder(const std::filesystem::path& root, const TreePath& folder,
                                   Missing missing) {
  constexpr int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
  Descriptor at(::open(root.c_str(), flags));
  if (!at.is_open()) return fault();
  for (const auto& part : folder.parts()) {
    if (missing == Missing::is_made && ::mkdirat(at.get(), part.c_str(), 0700) != 0 && errno != EEXIST)
      return fault();
    Descriptor next(::openat(at.get(), part.c_str(), flags));
    if (!next.is_open()) return fault();
    at = std::move(next);
  }
  return at;
}

std::int64_t to_ms(const statx_timestamp& at) { return at.tv_sec * 1000 + at.tv_nsec / 1'000'000; }

FileResult<FileEntry> entry_at(int folder, const std::string& name) {
  struct statx status{};
  constexpr unsigned wanted = STATX_TYPE | STATX_SIZE | STATX_MTIME | STATX_BTIME;
  int flags = AT_SYMLINK_NOFOLLOW | (name.empty() ? AT_EMPTY_PATH : 0);
  if (::statx(folder, name.c_str(), flags, wanted, &status) != 0) return fault();
  bool is_directory = S_ISDIR(status.stx_mode);
  if (!is_directory && !S_ISREG(status.stx_mode)) return std::unexpected(FileFault::not_found);
  bool has_birth = (status.stx_mask & STATX_BTIME) != 0;
  return FileEntry{.name = name,
                   .is_directory = is_directory,
                   .size = is_directory ? 0 : static_cast<std::int64_t>(status.stx_size),
                   .modified_ms = to_ms(status.stx_mtime),
                   .created_ms = to_ms(has_birth ? status.stx_btime : status.stx_mtime)};
}

/// Every name in a folder, in order; "." and ".." left out. Takes the descriptor over.
FileResult<std::vector<std::string>> names_in(Descriptor folder) {
  std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(folder.get()), ::closedir);
  if (!stream) return fault();
  folder.release();
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream.get())) {
    std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  return names;
}

/// Removes what a folder holds; links are removed, not followed.
FileResult<void> empty_folder(int folder) {
  Descriptor again(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!again.is_open()) return fault();
  auto names = names_in(std::move(again));
  if (!names) return std::unexpected(names.error());
  for (const auto& name : *names) {
    if (::unlinkat(folder, name.c_str(), 0) == 0) continue;
    if (errno != EISDIR) return fault();
    Descriptor below(::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (!below.is_open()) return fault();
    if (auto emptied = empty_folder(below.get()); !emptied) return emptied;
    if (::unlinkat(folder, name.c_str(), AT_REMOVEDIR) != 0) return fault();
  }
  return {};
}

FileResult<void> write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    auto count = ::write(fd, content.data(), content.size());
    if (count < 0) return std::unexpected(FileFault::io);
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace

FileResult<FileEntry> FileTree::status(const TreePath& path) const {
  auto folder = open_folder(root_, path.parent(), Missing::fails);
  if (!folder) return std::unexpected(folder.error());
  return entry_at(folder->get(), path.name());
}

FileResult<std::vector<FileEntry>> FileTree::list(const TreePath& path, const FilePage& page) const {
  auto folder = open_folder(root_, path, Missing::fails);
  if (!folder) return std::unexpected(folder.error());
  auto names = names_in(Descriptor(::fcntl(folder->get(), F_DUPFD_CLOEXEC, 0)));
  if (!names) return std::unexpected(names.error());
  std::vector<FileEntry> entries;
  for (auto name = std::ranges::upper_bound(*names, page.after);
       name != names->end() && entries.size() < page.entries_max; ++name)
    if (auto entry = entry_at(folder->get(), *name)) entries.push_back(std::move(*entry));
  return entries;
}

FileResult<OpenedFile> FileTree::open(const TreePath& file) const {
  auto folder = open_folder(root_, file.parent(), Missing::fails);
  if (!folder) return std::unexpected(folder.error());
  auto entry = entry_at(folder->get(), file.name());
  if (!entry) return std::unexpected(entry.error());
  if (entry->is_directory) return std::unexpected(FileFault::is_a_directory);
  Descriptor fd(::openat(folder->get(), file.name().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd.is_open()) return fault();
  // Once more, of what was opened: it may have been replaced in between.
  auto opened = entry_at(fd.get(), "");
  if (!opened) return std::unexpected(opened.error());
  return OpenedFile{.file = std::move(fd), .entry = std::move(*opened)};
}

FileResult<std::string> FileTree::read(const TreePath& file, std::int64_t offset, std::int64_t length) const {
  auto opened = open(file);
  if (!opened) return std::unexpected(opened.error());
  const auto& [fd, entry] = *opened;

  std::int64_t left = std::clamp<std::int64_t>(entry.size - offset, 0, length);
  std::string bytes(static_cast<std::size_t>(left), '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    auto count =
        ::pread(fd.get(), bytes.data() + filled, bytes.size() - filled, offset + static_cast<off_t>(filled));
    if (count < 0) return std::unexpected(FileFault::io);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

FileResult<std::string> FileTree::read(const TreePath& file) const {
  return read(file, 0, std::numeric_limits<std::int64_t>::max());
}

std::filesystem::path FileTree::new_staged_file() const {
  SystemRandom random;
  return staging_ / random_hex(random, 16);
}

FileResult<void> FileTree::write(const TreePath& file, std::string_view content, bool overwrite) const {
  auto staged = new_staged_file();
  Descriptor fd(::open(staged.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd.is_open()) return std::unexpected(FileFault::io);
  auto written = write_all(fd.get(), content);
  auto done = written ? adopt(staged, file, overwrite) : written;
  if (!done) ::unlink(staged.c_str());
  return done;
}

FileResult<void> FileTree::adopt(const std::filesystem::path& staged, const TreePath& file,
                                 bool overwrite) const {
  if (file.is_root()) return std::unexpected(FileFault::is_a_directory);
  auto folder = open_folder(root_, file.parent(), Missing::is_made);
  if (!folder) return std::unexpected(folder.error());
  unsigned flags = overwrite ? 0 : RENAME_NOREPLACE;
  if (::renameat2(AT_FDCWD, staged.c_str(), folder->get(), file.name().c_str(), flags) != 0) return fault();
  return {};
}

FileResult<void> FileTree::make_directories(const TreePath& path) const {
  auto folder = open_folder(root_, path, Missing::is_made);
  if (!folder) return std::unexpected(folder.error());
  return {};
}

FileResult<void> FileTree::remove(const TreePath& path, bool recursive) const {
  if (path.is_root()) return std::unexpected(FileFault::not_empty);
  auto folder = open_folder(root_, path.parent(), Missing::fails);
  if (!folder) return std::unexpected(folder.error());
  const std::string name = path.name();
  if (::unlinkat(folder->get(), name.c_str(), 0) == 0) return {};
  if (errno != EISDIR) return fault();
  if (recursive) {
    Descriptor below(::openat(folder->get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (!below.is_open()) return fault();
    if (auto emptied = empty_folder(below.get()); !emptied) return emptied;
  }
  if (::unlinkat(folder->get(), name.c_str(), AT_REMOVEDIR) != 0) return fault();
  return {};
}

FileResult<void> FileTree::move(const TreePath& from, const TreePath& to) const {
  if (from.contains(to)) return std::unexpected(FileFault::into_itself);
  auto entry = status(from);
  if (!entry) return std::unexpected(entry.error());
  auto source = open_folder(root_, from.parent(), Missing::fails);
  if (!source) return std::unexpected(source.error());
  auto target = open_folder(root_, to.parent(), Missing::fails);
  if (!target) return std::unexpected(target.error());
  if (::renameat2(source->get(), from.name().c_str(), target->get(), to.name().c_str(), RENAME_NOREPLACE) !=
      0)
    return fault();
  return {};
}

std::filesystem::path FileTree::local(const TreePath& path) const {
  std::filesystem::path local = root_;
  for (const auto& part : path.parts()) local /= part;
  return local;
}

}  // namespace weir::workspace
