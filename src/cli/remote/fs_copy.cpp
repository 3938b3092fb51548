#include "cli/remote/fs_copy.h"

#include <filesystem>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "cli/terminal/byte_meter.h"

namespace weir::cli {
namespace {

constexpr std::size_t depth_max = 64;
constexpr std::size_t beginning_bytes = 256;  ///< enough for the first line that makes a notebook

/// Collects what goes where; the first refusal stays.
class Plan {
 public:
  Plan(const Tree& source, const Tree& target, CopyOptions options)
      : source_(source), target_(target), options_(options) {}

  /// `file_name` is what the source says a copy is called.
  Result<void> add_file(const Place& from, const Entry& entry, const std::string& file_name, Place to) {
    if (to.kind == Place::Kind::workspace) {
      if (entry.type == "pipe") {
        return fail(Code::invalid,
                    fmt::format("{} is no regular file: it can be read only once", from.text()),
                    "write it to a file first");
      }
      to.path += extension_to_keep(entry, file_name, to);
    }
    auto settled = settled_path(from, to);
    if (!settled) return std::unexpected(settled.error());
    Place final_place = to;
    final_place.path = *settled;
    auto [first, is_first] = sources_.emplace(*settled, from);
    if (!is_first) {
      return fail(Code::conflict,
                  fmt::format("{} and {} would both become {}", first->second.text(), from.text(),
                              final_place.text()),
                  "copy one of them under another name");
    }
    auto there = target_.look(*settled);
    if (!there) return std::unexpected(there.error());
    if (*there && (*there)->is_folder) {
      return fail(Code::conflict, fmt::format("{} is a folder", final_place.text()),
                  "remove it, or copy to another place");
    }
    if (*there && !options_.overwrite) {
      return fail(Code::conflict, fmt::format("{} exists already", final_place.text()),
                  "add --overwrite to replace it");
    }
    copies.push_back({from, to, static_cast<std::uint64_t>(entry.size_bytes), final_place});
    return {};
  }

  Result<void> add_folder(const Place& from, const Place& to, std::size_t depth = 0) {
    if (depth > depth_max) return fail(Code::invalid, fmt::format("{} is nested too deep", from.text()));
    auto entries = source_.list(from.path);
    if (!entries) return std::unexpected(entries.error());
    for (const auto& entry : *entries) {
      auto child = from.inside(entry.name);
      auto added = entry.is_folder ? add_folder(child, to.inside(entry.name), depth + 1)
                                   : add_file_of_folder(child, entry, to);
      if (!added) return added;
    }
    return {};
  }

  Result<void> add_only_file(const Place& from, const Entry& entry, const Place& to) {
    auto name = source_.file_name(from.path, entry);
    if (!name) return std::unexpected(name.error());
    if (to.as_folder) return add_file(from, entry, *name, to.inside(*name));
    auto there = target_.look(to.path);
    if (!there) return std::unexpected(there.error());
    bool into = *there && (*there)->is_folder;
    return add_file(from, entry, *name, into ? to.inside(*name) : to);
  }

  std::vector<Copy> copies{};

 private:
  Result<void> add_file_of_folder(const Place& from, const Entry& entry, const Place& folder) {
    auto name = source_.file_name(from.path, entry);
    if (!name) return std::unexpected(name.error());
    return add_file(from, entry, *name, folder.inside(*name));
  }

  /// A notebook stays one under a name without extension: what kind of file it is then has to be told.
  static std::string extension_to_keep(const Entry& entry, const std::string& file_name, const Place& to) {
    auto extension = std::filesystem::path(file_name).extension().string();
    bool is_bare = entry.type == "notebook" || to.name().find('.') == std::string::npos;
    bool is_notebook = entry.type == "notebook" || extension == ".ipynb";
    return is_bare && is_notebook && !to.path.ends_with(extension) ? extension : "";
  }

  /// The beginning of a file says whether it is a notebook; only the workspace cares, and its files are small.
  Result<std::string> settled_path(const Place& from, const Place& to) const {
    if (to.kind != Place::Kind::workspace) return to.path;
    auto source = source_.open(from.path);
    if (!source) return std::unexpected(source.error());
    auto beginning = (*source)(beginning_bytes);
    if (!beginning) return std::unexpected(beginning.error());
    return target_.settled_path(to.path, *beginning);
  }

  const Tree& source_;
  const Tree& target_;
  CopyOptions options_;
  std::map<std::string, Place> sources_{};  ///< by the settled path of their copy
};

}  // namespace

Result<std::vector<Copy>> plan_copies(Trees& trees, const Place& from, const Place& to, CopyOptions options) {
  auto source = trees.of(from);
  if (!source) return std::unexpected(source.error());
  auto entry = entry_at(**source, from);
  if (!entry) return std::unexpected(entry.error());
  if (entry->is_folder && !options.recursive) {
    return fail(Code::invalid, fmt::format("{} is a folder", from.text()),
                "add --recursive to copy what is in it");
  }
  auto target = trees.of(to);
  if (!target) return std::unexpected(target.error());
  Plan plan(**source, **target, options);
  auto planned = entry->is_folder ? plan.add_folder(from, to) : plan.add_only_file(from, *entry, to);
  if (!planned) return std::unexpected(planned.error());
  return std::move(plan.copies);
}

Result<void> perform(Trees& trees, const Copy& copy, const Terminal& terminal) {
  auto source = trees.of(copy.from);
  auto target = trees.of(copy.to);
  if (!source || !target) return std::unexpected(source ? target.error() : source.error());
  ByteMeter meter(terminal, copy.from.text(), copy.bytes);
  auto shown = [&](std::uint64_t bytes) { meter.at(bytes); };
  if (!copy.from.is_remote()) {
    auto written = (*target)->write_file(copy.to.path, copy.from.path, shown);
    return written ? written : std::unexpected(within(copy.settled.text(), written.error()));
  }
  auto content = (*source)->open(copy.from.path);
  if (!content) return std::unexpected(within(copy.from.text(), content.error()));
  auto written = (*target)->write(copy.to.path, [&, bytes = std::uint64_t{0}](std::size_t bytes_max) mutable {
    auto block = (*content)(bytes_max);
    if (block) shown(bytes += block->size());
    return block;
  });
  if (!written) return std::unexpected(within(copy.settled.text(), written.error()));
  return {};
}

}  // namespace weir::cli
