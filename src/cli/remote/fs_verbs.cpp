#include "cli/remote/fs_verbs.h"

#include <memory>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "cli/remote/fs_copy.h"
#include "cli/remote/fs_trees.h"

namespace weir::cli {
namespace {

constexpr std::size_t block_bytes = 1024 * 1024;

struct Options {
  std::string path{};
  std::string target{};
  bool recursive = false;
  bool overwrite = false;
  bool details = false;
};

/// A place of the workspace and what is there. Local paths have better tools.
struct Found {
  Place place{};
  const Tree* tree = nullptr;
};

Result<Found> find_remote(Trees& trees, const std::string& path) {
  auto place = parse_place(path);
  if (!place) return std::unexpected(place.error());
  if (!place->is_remote()) {
    auto slash = path.starts_with('/') ? "" : "/";
    return fail(Code::invalid, fmt::format("'{}' is a path of this machine", path),
                fmt::format("write dbfs:{}{} or workspace:{}{}", slash, path, slash, path));
  }
  auto tree = trees.of(*place);
  if (!tree) return std::unexpected(tree.error());
  return Found{*place, *tree};
}

json to_json(const Place& place, const Entry& entry) {
  return {{"path", place.text()},
          {"type", entry.type},
          {"size_bytes", entry.size_bytes},
          {"modified_ms", entry.modified_ms}};
}

std::string modified_text(std::int64_t milliseconds) {
  if (milliseconds == 0) return "-";
  auto at = std::chrono::sys_seconds(std::chrono::seconds(milliseconds / 1000));
  return fmt::format("{:%Y-%m-%d %H:%M}", fmt::gmtime(at.time_since_epoch().count()));
}

std::string line_of(const Entry& entry, bool details) {
  auto name = entry.name + (entry.is_folder ? "/" : "");
  if (!details) return name;
  return fmt::format("{:<9} {:>12} {:<16} {}", entry.type, entry.size_bytes, modified_text(entry.modified_ms),
                     name);
}

Exit list(const Options& options, const Connect& connect, const Terminal& out) {
  Trees trees(connect, out);
  auto found = find_remote(trees, options.path);
  if (!found) return out.error(found.error());
  auto entry = entry_at(*found->tree, found->place);
  if (!entry) return out.error(entry.error());
  auto entries =
      entry->is_folder ? found->tree->list(found->place.path) : Result<std::vector<Entry>>({*entry});
  if (!entries) return out.error(entries.error());
  JsonArray rows;
  for (const auto& each : *entries) {
    auto place = entry->is_folder ? found->place.inside(each.name) : found->place;
    if (out.as_json)
      rows.push_back(to_json(place, each));
    else
      out.data(line_of(each, options.details));
  }
  if (out.as_json) out.data_json(rows);
  return Exit::ok;
}

Exit print(const Options& options, const Connect& connect, const Terminal& out) {
  Trees trees(connect, out);
  auto found = find_remote(trees, options.path);
  if (!found) return out.error(found.error());
  auto entry = entry_at(*found->tree, found->place);
  if (!entry) return out.error(entry.error());
  if (entry->is_folder) {
    return out.error({Code::invalid, fmt::format("{} is a folder", found->place.text()),
                      "weir fs ls shows what is in it"});
  }
  auto content = found->tree->open(found->place.path);
  if (!content) return out.error(content.error());
  while (true) {
    auto block = (*content)(block_bytes);
    if (!block) return out.error(block.error());
    if (block->empty()) return Exit::ok;
    out.raw(*block);
  }
}

Exit copy(const Options& options, const Connect& connect, const Terminal& out) {
  auto from = parse_place(options.path);
  if (!from) return out.error(from.error());
  auto to = parse_place(options.target);
  if (!to) return out.error(to.error());
  Trees trees(connect, out);
  auto copies = plan_copies(trees, *from, *to, {options.recursive, options.overwrite});
  if (!copies) return out.error(copies.error());
  JsonArray rows;
  for (const auto& each : *copies) {
    if (auto done = perform(trees, each, out); !done) return out.error(done.error());
    out.say(fmt::format("{} → {}", each.from.text(), each.settled.text()));
    rows.push_back({{"from", each.from.text()}, {"to", each.settled.text()}});
  }
  if (out.as_json) out.data_json(rows);
  return Exit::ok;
}

Exit remove(const Options& options, const Connect& connect, const Terminal& out) {
  Trees trees(connect, out);
  auto found = find_remote(trees, options.path);
  if (!found) return out.error(found.error());
  auto entry = entry_at(*found->tree, found->place);
  if (!entry) return out.error(entry.error());
  if (entry->is_folder && !options.recursive) {
    auto inside = found->tree->list(found->place.path);
    if (!inside) return out.error(inside.error());
    if (!inside->empty()) {
      return out.error({Code::conflict,
                        fmt::format("{} is a folder with {} entries", found->place.text(), inside->size()),
                        "add --recursive to remove all of it"});
    }
  }
  auto removed = found->tree->remove(found->place.path, options.recursive);
  return removed ? Exit::ok : out.error(removed.error());
}

Exit make_folders(const Options& options, const Connect& connect, const Terminal& out) {
  Trees trees(connect, out);
  auto found = find_remote(trees, options.path);
  if (!found) return out.error(found.error());
  auto made = found->tree->make_folders(found->place.path);
  return made ? Exit::ok : out.error(made.error());
}

}  // namespace

void add_fs_verbs(Verb root, Connect connect) {
  root.verb(
      "fs", "Files of the workspace: dbfs:/…, dbfs:/Volumes/… and workspace:/…",
      [connect = std::move(connect)](Verb fs) {
        auto options = std::make_shared<Options>();
        auto acts = [options, connect](auto verb) {
          return [options, connect, verb](Terminal& out) { return verb(*options, connect, out); };
        };
        fs.verb("ls", "List a folder")
            .argument("PATH", options->path, "dbfs:/…, dbfs:/Volumes/… or workspace:/…")
            .flag("-l,--long", options->details, "with type, size and time")
            .runs(acts(list));
        fs.verb("cat", "Print a file or a notebook's source")
            .argument("PATH", options->path, "dbfs:/…, dbfs:/Volumes/… or workspace:/…")
            .runs(acts(print));
        fs.verb("cp",
                "Copy a file; with -r what is in a folder. A notebook file becomes a notebook in workspace:/")
            .argument("FROM", options->path, "dbfs:/…, dbfs:/Volumes/…, workspace:/… or a local path")
            .argument("TO", options->target, "likewise; with a / at the end a folder to copy into")
            .flag("-r,--recursive", options->recursive, "copy what is in a folder, and below")
            .flag("--overwrite", options->overwrite, "replace what is there")
            .runs(acts(copy));
        fs.verb("rm", "Remove a file or folder")
            .argument("PATH", options->path, "dbfs:/…, dbfs:/Volumes/… or workspace:/…")
            .flag("-r,--recursive", options->recursive, "remove a folder with all that is in it")
            .runs(acts(remove));
        fs.verb("mkdirs", "Make a folder and those above it")
            .argument("PATH", options->path, "dbfs:/…, dbfs:/Volumes/… or workspace:/…")
            .runs(acts(make_folders));
      });
}

}  // namespace weir::cli
