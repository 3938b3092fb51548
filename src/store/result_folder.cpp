// Result files in a folder of the file system.
#include <atomic>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ids.h"
#include "store/result_files.h"

namespace weir::store {
namespace {

namespace files = std::filesystem;

constexpr std::size_t bytes_at_once = 1 << 20;

std::unexpected<Error> cannot(std::string_view what, const files::path& path) {
  int why = errno;
  bool missing = why == ENOENT;
  return fail(missing ? Code::not_found : Code::internal,
              missing ? fmt::format("the stored value {} is gone", path.string())
                      : fmt::format("cannot {} {}: {}", what, path.string(), std::strerror(why)),
              why == ENOSPC || why == EDQUOT ? "make room on the disk" : "");
}

/// Closes itself.
class Descriptor {
 public:
  Descriptor(const files::path& path, int flags) : number_(open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  explicit operator bool() const { return number_ >= 0; }

  bool write_all(std::string_view bytes) const {
    while (!bytes.empty()) {
      auto written = ::write(number_, bytes.data(), std::min(bytes.size(), bytes_at_once));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }

  bool read_all(std::string& bytes) const {
    struct stat about{};
    if (fstat(number_, &about) != 0) return false;
    bytes.resize(static_cast<std::size_t>(about.st_size));
    std::size_t have = 0;
    while (have < bytes.size()) {
      auto got = ::read(number_, bytes.data() + have, std::min(bytes.size() - have, bytes_at_once));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return false;
      if (got == 0) break;
      have += static_cast<std::size_t>(got);
    }
    bytes.resize(have);
    return true;
  }

  bool sync() const { return fsync(number_) == 0; }

 private:
  int number_;
};

bool sync_folder(const files::path& folder) {
  Descriptor open(folder, O_RDONLY | O_DIRECTORY);
  return open && open.sync();
}

Result<void> sync_file(const files::path& path) {
  Descriptor file(path, O_RDONLY);
  return file && file.sync() ? Result<void>{} : cannot("sync", path);
}

class ResultFolder final : public ResultFiles {
 public:
  explicit ResultFolder(files::path folder) : folder_(std::move(folder)) {}

  Result<void> write(const std::string& owner, const std::string& name, std::string_view bytes,
                     bool sync) override;
  Result<void> link(const std::string& from, const std::string& to, const std::string& name,
                    bool sync) override;
  std::optional<std::uint64_t> size_of(const std::string& owner, const std::string& name) override;
  void erase(const std::string& owner, const std::string& name) override;
  void erase_all(const std::string& owner) override;
  std::vector<std::string> names(const std::string& owner) override;
  std::vector<std::string> cache_keys() override;
  files::path path_of(const std::string& owner, const std::string& name) const override {
    return folder_ / owner / name;
  }

 private:
  Result<std::string> read_bytes(const std::string& owner, const std::string& name) override;
  Result<files::path> draft_in(const std::string& owner) const;
  Result<void> publish(const files::path& draft, const files::path& target, bool sync) const;
  bool sync_folders(const files::path& folder) const;

  files::path folder_;
};

/// A name in the owner's folder that nobody else uses; unfinished files of a dead process go with their owner.
Result<files::path> ResultFolder::draft_in(const std::string& owner) const {
  static std::atomic<std::uint64_t> drafts = 0;
  auto folder = folder_ / owner;
  std::error_code error;
  files::create_directories(folder, error);
  if (error) {
    return fail(Code::internal, fmt::format("cannot make {}: {}", folder.string(), error.message()));
  }
  return folder / fmt::format(".new-{}-{}", getpid(), ++drafts);
}

/// The folder itself, and those above it that may be as new.
bool ResultFolder::sync_folders(const files::path& folder) const {
  bool fine = sync_folder(folder);
  for (auto above = folder; fine && above != folder_;) {
    above = above.parent_path();
    fine = sync_folder(above);
  }
  return fine && sync_folder(folder_.parent_path());
}

Result<void> ResultFolder::publish(const files::path& draft, const files::path& target, bool sync) const {
  if (::rename(draft.c_str(), target.c_str()) != 0) {
    auto failed = cannot("write", target);
    unlink(draft.c_str());
    return failed;
  }
  if (sync && !sync_folders(target.parent_path())) return cannot("sync", target.parent_path());
  return {};
}

Result<void> ResultFolder::write(const std::string& owner, const std::string& name, std::string_view bytes,
                                 bool sync) {
  auto draft = draft_in(owner);
  if (!draft) return std::unexpected(draft.error());
  {
    Descriptor file(*draft, O_WRONLY | O_CREAT | O_EXCL);
    if (!file || !file.write_all(bytes) || (sync && !file.sync())) {
      auto failed = cannot("write", *draft);
      unlink(draft->c_str());
      return failed;
    }
  }
  return publish(*draft, path_of(owner, name), sync);
}

Result<void> ResultFolder::link(const std::string& from, const std::string& to, const std::string& name,
                                bool sync) {
  auto draft = draft_in(to);
  if (!draft) return std::unexpected(draft.error());
  auto source = path_of(from, name);
  if (::link(source.c_str(), draft->c_str()) == 0) {
    // Two names of one file: a rename would leave the draft where it is.
    auto target = path_of(to, name);
    unlink(target.c_str());
    if (auto done = publish(*draft, target, sync); !done) return done;
    return sync ? sync_file(target) : Result<void>{};
  }
  if (errno == ENOENT) return cannot("link", source);
  auto bytes = read(from, name);  // a file system without links
  return bytes ? write(to, name, *bytes, sync) : std::unexpected(bytes.error());
}

Result<std::string> ResultFolder::read_bytes(const std::string& owner, const std::string& name) {
  auto path = path_of(owner, name);
  std::string bytes;
  Descriptor file(path, O_RDONLY);
  if (!file || !file.read_all(bytes)) return cannot("read", path);
  return bytes;
}

std::optional<std::uint64_t> ResultFolder::size_of(const std::string& owner, const std::string& name) {
  struct stat about{};
  if (stat(path_of(owner, name).c_str(), &about) != 0) return std::nullopt;
  return static_cast<std::uint64_t>(about.st_size);
}

void ResultFolder::erase(const std::string& owner, const std::string& name) {
  unlink(path_of(owner, name).c_str());
  rmdir((folder_ / owner).c_str());  // when it was the last
}

void ResultFolder::erase_all(const std::string& owner) {
  if (owner.empty()) return;
  std::error_code error;
  files::remove_all(folder_ / owner, error);
}

std::vector<std::string> ResultFolder::names(const std::string& owner) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : files::directory_iterator(folder_ / owner, error)) {
    auto name = entry.path().filename().string();
    if (is_content_digest(name)) names.push_back(std::move(name));
  }
  return names;
}

std::vector<std::string> ResultFolder::cache_keys() {
  std::vector<std::string> keys;
  std::error_code error;
  for (const auto& entry : files::directory_iterator(folder_ / "cached", error)) {
    keys.push_back(entry.path().filename().string());
  }
  return keys;
}

}  // namespace

std::unique_ptr<ResultFiles> result_files_in(files::path folder) {
  return std::make_unique<ResultFolder>(std::move(folder));
}

}  // namespace weir::store
