#include <algorithm>
#include <cstdio>
#include <utility>

#include <fmt/format.h>

#include "cli/remote/fs_tree.h"
#include "databricks/client/volumes.h"

namespace weir::cli {
namespace {

using databricks::PatientClient;
using databricks::VolumeEntry;
using databricks::Volumes;

constexpr std::size_t part_bytes = 4 * 1024 * 1024;

Entry entry_of(const VolumeEntry& file) {
  auto name = Place{.path = file.path}.name();
  return {name, file.is_folder ? "folder" : "file", file.is_folder, file.size_bytes, file.modified_ms};
}

std::shared_ptr<std::FILE> owned(std::FILE* file) {
  return {file, [](std::FILE* it) {
            if (it) std::fclose(it);
          }};
}

class VolumeTree final : public Tree {
 public:
  explicit VolumeTree(const PatientClient& client) : volumes_(client) {}

  Result<std::optional<Entry>> look(const std::string& path) const override {
    auto found = volumes_.look(path);
    if (!found) return std::unexpected(found.error());
    return *found ? std::optional(entry_of(**found)) : std::nullopt;
  }

  Result<std::vector<Entry>> list(const std::string& folder) const override {
    auto listed = volumes_.list(folder);
    if (!listed) return std::unexpected(listed.error());
    std::vector<Entry> entries;
    for (const auto& file : *listed) entries.push_back(entry_of(file));
    std::ranges::sort(entries, {}, &Entry::name);
    return entries;
  }

  Result<void> make_folders(const std::string& path) const override { return volumes_.make_folders(path); }

  /// The API removes one thing at a time.
  Result<void> remove(const std::string& path, bool recursive) const override {
    auto found = look(path);
    if (!found) return std::unexpected(found.error());
    if (*found && !(*found)->is_folder) return volumes_.remove_file(path);
    auto inside = recursive ? list(path) : Result<std::vector<Entry>>(std::vector<Entry>{});
    if (!inside) return std::unexpected(inside.error());
    for (const auto& entry : *inside) {
      auto removed = remove(path + "/" + entry.name, true);
      if (!removed) return removed;
    }
    return volumes_.remove_folder(path);
  }

  Result<Source> open(const std::string& path) const override {
    auto found = look(path);
    if (!found) return std::unexpected(found.error());
    if (!*found) return fail(Code::not_found, fmt::format("{} does not exist", path));
    auto size = static_cast<std::uint64_t>((*found)->size_bytes);
    return [this, path, size, offset = std::uint64_t{0},
            rest = std::string()](std::size_t bytes_max) mutable -> Result<std::string> {
      if (rest.empty() && offset < size) {
        auto part = volumes_.read(path, offset, std::min<std::uint64_t>(part_bytes, size - offset));
        if (!part) return part;
        if (part->empty()) return fail(Code::unavailable, fmt::format("{} ended before its size", path));
        offset += part->size();
        rest = std::move(*part);
      }
      auto block = rest.substr(0, bytes_max);
      rest.erase(0, block.size());
      return block;
    };
  }

  /// Through a file of this machine: the API wants to know the size first.
  Result<void> write(const std::string& path, const Source& source) const override {
    auto file = owned(std::tmpfile());
    if (!file)
      return fail(Code::invalid, "there is no room for a temporary file", "set TMPDIR to a folder with room");
    std::uint64_t bytes = 0;
    for (;;) {
      auto block = source(part_bytes);
      if (!block) return std::unexpected(block.error());
      if (block->empty()) break;
      if (std::fwrite(block->data(), 1, block->size(), file.get()) != block->size()) {
        return fail(Code::invalid, "the temporary folder is full");
      }
      bytes += block->size();
    }
    return send(path, file, bytes, {});
  }

  Result<void> write_file(const std::string& path, const std::string& local,
                          const Written& written) const override {
    auto file = owned(std::fopen(local.c_str(), "rb"));
    if (!file || std::fseek(file.get(), 0, SEEK_END) != 0) {
      return fail(Code::invalid, fmt::format("cannot read '{}'", local));
    }
    return send(path, file, static_cast<std::uint64_t>(std::ftell(file.get())), written);
  }

 private:
  Result<void> send(const std::string& path, const std::shared_ptr<std::FILE>& file, std::uint64_t bytes,
                    const Written& written) const {
    if (auto made = volumes_.make_folders(Place{.path = path}.parent().path); !made) return made;
    return volumes_.write(path, file, bytes, true, written);
  }

  Volumes volumes_;
};

}  // namespace

std::unique_ptr<Tree> volume_tree(const PatientClient& client) {
  return std::make_unique<VolumeTree>(client);
}

}  // namespace weir::cli
