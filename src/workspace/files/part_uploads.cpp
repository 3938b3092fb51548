#include "workspace/files/part_uploads.h"

#include <algorithm>
#include <chrono>
#include <ranges>

#include <fcntl.h>

#include "base/descriptor.h"
#include "base/ids.h"

namespace weir::workspace {
namespace {

namespace fs = std::filesystem;

constexpr auto idle_max = std::chrono::hours(1);
constexpr std::size_t uploads_max = 256;
constexpr std::size_t token_bytes = 16;
constexpr std::size_t tag_bytes = 8;
/// Between two looks at whether the server goes down.
constexpr std::size_t copy_bytes = 16 * 1024 * 1024;

/// Appends all of `from`. False when the disk refuses or somebody asks to stop.
bool append(int to, const fs::path& from, const std::stop_token& stop) {
  Descriptor source(::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!source.is_open()) return false;
  while (!stop.stop_requested()) {
    auto count = ::copy_file_range(source.get(), nullptr, to, nullptr, copy_bytes, 0);
    if (count < 0) return false;
    if (count == 0) return true;
  }
  return false;
}

/// The first part grows by all others.
bool join_files(const std::vector<fs::path>& parts, const std::stop_token& stop) {
  Descriptor whole(::open(parts.front().c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!whole.is_open() || ::lseek(whole.get(), 0, SEEK_END) < 0) return false;
  return std::ranges::all_of(parts | std::views::drop(1),
                             [&](const fs::path& part) { return append(whole.get(), part, stop); });
}

}  // namespace

PartUploads::~PartUploads() {
  for (auto& thread : joining_) thread.request_stop();
}

std::string PartUploads::begin(TreePath path, bool overwrite) {
  drop_idle();
  if (uploads_.size() >= uploads_max) return {};
  SystemRandom random;
  std::string token = random_hex(random, token_bytes);
  uploads_.emplace(token, Upload{.path = std::move(path), .overwrite = overwrite, .touched = clock_.now()});
  return token;
}

auto PartUploads::find(const std::string& token, const TreePath& path) -> Upload* {
  auto found = uploads_.find(token);
  return found != uploads_.end() && found->second.path == path ? &found->second : nullptr;
}

std::string PartUploads::add(Upload& upload, std::int64_t number, const fs::path& file) const {
  SystemRandom random;
  Part part{.file = tree_.new_staged_file(), .tag = random_hex(random, tag_bytes)};
  std::error_code error;
  fs::rename(file, part.file, error);
  if (error) return {};
  Part& kept = upload.parts[number];
  if (!kept.file.empty()) fs::remove(kept.file, error);
  kept = std::move(part);
  upload.touched = clock_.now();
  return kept.tag;
}

void PartUploads::join(const std::string& token, std::function<void(FileResult<void>)> done) {
  auto upload = std::make_shared<Upload>(std::move(uploads_.extract(token).mapped()));
  auto self = joining_.emplace(joining_.end());
  *self = std::jthread([this, self, upload, done = std::move(done)](const std::stop_token& stop) mutable {
    std::vector<fs::path> files;
    for (const auto& part : upload->parts | std::views::values) files.push_back(part.file);
    bool joined = join_files(files, stop);
    loop_.post([this, alive = std::weak_ptr(alive_), self, upload, joined, done = std::move(done)] {
      if (alive.expired()) return;
      FileResult<void> placed = std::unexpected(FileFault::io);
      if (joined) placed = tree_.adopt(upload->parts.begin()->second.file, upload->path, upload->overwrite);
      drop(*upload);
      joining_.erase(self);
      done(placed);
    });
  });
}

void PartUploads::give_up(const std::string& token) {
  if (auto upload = uploads_.extract(token)) drop(upload.mapped());
}

void PartUploads::drop_idle() {
  Instant oldest = clock_.now() - idle_max;
  std::erase_if(uploads_, [&](const auto& entry) {
    bool idle = entry.second.touched < oldest;
    if (idle) drop(entry.second);
    return idle;
  });
}

void PartUploads::drop(const Upload& upload) const {
  std::error_code ignored;
  for (const auto& part : upload.parts | std::views::values) fs::remove(part.file, ignored);
}

}  // namespace weir::workspace
