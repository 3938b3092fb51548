#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "cli/remote/fs_tree.h"

namespace weir::cli {
namespace {

namespace files = std::filesystem;

constexpr std::size_t block_bytes = 1024 * 1024;

std::unexpected<Error> cannot(std::string_view what, const std::string& path, const std::error_code& error) {
  return fail(Code::invalid, fmt::format("cannot {} '{}': {}", what, path, error.message()));
}

std::error_code last_error() { return {errno, std::generic_category()}; }

Entry entry_of(const files::path& path) {
  std::error_code ignored;
  bool folder = files::is_directory(path, ignored);
  auto name = path.filename().string();
  auto size = folder ? 0 : static_cast<std::int64_t>(files::file_size(path, ignored));
  bool pipe = files::is_other(path, ignored);
  return {.name = name,
          .type = folder ? "folder"
                  : pipe ? "pipe"
                         : "file",
          .is_folder = folder,
          .size_bytes = size};
}

class LocalTree final : public Tree {
 public:
  Result<std::optional<Entry>> look(const std::string& path) const override {
    std::error_code error;
    bool there = files::exists(path, error);
    if (error) return cannot("look at", path, error);
    return there ? std::optional(entry_of(path)) : std::nullopt;
  }

  Result<std::vector<Entry>> list(const std::string& folder) const override {
    std::error_code error;
    std::vector<Entry> entries;
    for (files::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
      entries.push_back(entry_of(it->path()));
    }
    if (error) return cannot("list", folder, error);
    std::ranges::sort(entries, {}, &Entry::name);
    return entries;
  }

  Result<void> make_folders(const std::string& path) const override {
    std::error_code error;
    files::create_directories(path, error);
    if (error) return cannot("make the folder", path, error);
    return {};
  }

  Result<void> remove(const std::string& path, bool recursive) const override {
    std::error_code error;
    recursive ? files::remove_all(path, error) : files::remove(path, error);
    if (error) return cannot("remove", path, error);
    return {};
  }

  Result<Source> open(const std::string& path) const override {
    auto file = std::make_shared<std::ifstream>(path, std::ios::binary);
    if (!*file) return cannot("read", path, last_error());
    return [file, path](std::size_t bytes_max) -> Result<std::string> {
      std::string block(std::min(bytes_max, block_bytes), '\0');
      file->read(block.data(), static_cast<std::streamsize>(block.size()));
      if (file->bad()) return cannot("read", path, last_error());
      block.resize(static_cast<std::size_t>(file->gcount()));
      return block;
    };
  }

  /// Written beside its place and moved there when whole, so that a broken copy leaves the old file.
  Result<void> write(const std::string& path, const Source& source) const override {
    if (auto parent = files::path(path).parent_path(); !parent.empty()) {
      if (auto made = make_folders(parent.string()); !made) return made;
    }
    auto unfinished = path + ".weir-part";
    auto written = write_to(unfinished, source);
    std::error_code error;
    if (written) files::rename(unfinished, path, error);
    if (written && !error) return {};
    std::error_code ignored;
    files::remove(unfinished, ignored);
    if (!written) return written;
    return cannot("write", path, error);
  }

 private:
  static Result<void> write_to(const std::string& path, const Source& source) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    while (file) {
      auto block = source(block_bytes);
      if (!block) return std::unexpected(block.error());
      if (block->empty()) break;
      file.write(block->data(), static_cast<std::streamsize>(block->size()));
    }
    file.close();
    if (!file) return cannot("write", path, last_error());
    return {};
  }
};

}  // namespace

Result<std::string> Tree::file_name(const std::string&, const Entry& entry) const { return entry.name; }

std::string Tree::settled_path(const std::string& path, std::string_view) const { return path; }

Result<void> Tree::write_file(const std::string& path, const std::string& local,
                              const Written& written) const {
  auto source = LocalTree().open(local);
  if (!source) return std::unexpected(source.error());
  return write(path, [&, bytes = std::uint64_t{0}](std::size_t bytes_max) mutable {
    auto block = (*source)(bytes_max);
    if (block && written) written(bytes += block->size());
    return block;
  });
}

std::unique_ptr<Tree> local_tree() { return std::make_unique<LocalTree>(); }

}  // namespace weir::cli
