#include "workspace/files/dbfs_api.h"

#include <algorithm>
#include <chrono>
#include <fstream>

#include <fmt/format.h>

#include "databricks/wire/base64.h"
#include "databricks/wire/limits.h"
#include "workspace/files/file_faults.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

using databricks::dbfs_block_bytes_max;

constexpr auto upload_idle_max = std::chrono::minutes(10);
constexpr std::size_t uploads_max = 1024;
constexpr std::int64_t read_bytes_default = 512 * 1024;

/// The path in one field, or why there is none.
Answer<TreePath> path_in(Fields& in, std::string_view field) {
  std::string text = in.text(field);
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto path = TreePath::parse(text);
  if (!path) return invalid_parameter(path.error());
  return *path;
}

/// At most one block, decoded.
Answer<std::string> block_in(Fields& in, std::string_view field) {
  std::string text = in.text_or(field, "");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto bytes = databricks::decode_base64(text);
  if (!bytes) return invalid_parameter(fmt::format("Field '{}' is not base64.", field));
  if (bytes->size() > dbfs_block_bytes_max)
    return refuse(
        400, "MAX_BLOCK_SIZE_EXCEEDED",
        fmt::format("A block holds at most {} bytes, not {}.", dbfs_block_bytes_max, bytes->size()));
  return *bytes;
}

JsonObject to_json(const TreePath& path, const FileEntry& entry) {
  return {{"path", path.text()},
          {"is_dir", entry.is_directory},
          {"file_size", entry.size},
          {"modification_time", entry.modified_ms}};
}

}  // namespace

void DbfsApi::add_routes(Router& router) {
  auto add = [&](std::string_view method, std::string_view name, std::vector<Field> fields, Handler handler,
                 Bodies bodies = Bodies::json) {
    router.add_api({"2.0"}, fmt::format("dbfs/{}", name),
                   {.method = std::string(method),
                    .handler = std::move(handler),
                    .bodies = bodies,
                    .fields = std::move(fields)});
  };
  constexpr Field path = works("path");
  add("POST", "create", {path, works("overwrite")}, [this](const Call& call) { return create(call); });
  add("POST", "add-block", {works("handle"), works("data")},
      [this](const Call& call) { return add_block(call); });
  add("POST", "close", {works("handle")}, [this](const Call& call) { return close(call); });
  add(
      "POST", "put", {path, works("contents", "or the file of a form"), works("overwrite")},
      [this](const Call& call) { return put(call); }, Bodies::json_or_form);
  add("GET", "read", {path, works("offset"), works("length")},
      [this](const Call& call) { return read(call); });
  add("GET", "get-status", {path}, [this](const Call& call) { return status(call); });
  add("GET", "list", {path}, [this](const Call& call) { return list(call); });
  add("POST", "mkdirs", {path}, [this](const Call& call) { return mkdirs(call); });
  add("POST", "move", {works("source_path"), works("destination_path")},
      [this](const Call& call) { return move(call); });
  add("POST", "delete", {path, works("recursive")}, [this](const Call& call) { return remove(call); });
}

void DbfsApi::drop_idle_uploads() {
  Instant oldest = clock_.now() - upload_idle_max;
  std::erase_if(uploads_, [&](const auto& entry) {
    bool idle = entry.second.touched < oldest;
    std::error_code ignored;
    if (idle) std::filesystem::remove(entry.second.staged, ignored);
    return idle;
  });
}

Reply DbfsApi::create(const Call& call) {
  Fields in(call.fields);
  auto path = path_in(in, "path");
  if (!path) return std::unexpected(path.error());
  bool overwrite = in.boolean_or("overwrite", false);
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto present = tree_.status(*path);
  if (present && present->is_directory) return dbfs_refusal(FileFault::is_a_directory, *path);
  if (present && !overwrite) return dbfs_refusal(FileFault::exists, *path);
  drop_idle_uploads();
  if (uploads_.size() == uploads_max)
    return refuse(429, "RESOURCE_EXHAUSTED",
                  fmt::format("{} uploads are open; close some first.", uploads_max));
  Upload upload{
      .path = *path, .overwrite = overwrite, .staged = tree_.new_staged_file(), .touched = clock_.now()};
  if (!std::ofstream(upload.staged, std::ios::binary)) return dbfs_refusal(FileFault::io, *path);
  uploads_.emplace(++last_handle_, std::move(upload));
  return ok({{"handle", last_handle_}});
}

Reply DbfsApi::add_block(const Call& call) {
  Fields in(call.fields);
  std::int64_t handle = in.integer("handle");
  auto bytes = block_in(in, "data");
  if (!bytes) return std::unexpected(bytes.error());
  auto upload = uploads_.find(handle);
  if (upload == uploads_.end())
    return does_not_exist(fmt::format("No open stream has the handle {}.", handle));
  std::ofstream out(upload->second.staged, std::ios::binary | std::ios::app);
  out.write(bytes->data(), static_cast<std::streamsize>(bytes->size()));
  if (!out.flush()) return dbfs_refusal(FileFault::io, upload->second.path);
  upload->second.touched = clock_.now();
  return ok();
}

Reply DbfsApi::close(const Call& call) {
  Fields in(call.fields);
  std::int64_t handle = in.integer("handle");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto upload = uploads_.extract(handle);
  if (!upload) return does_not_exist(fmt::format("No open stream has the handle {}.", handle));
  const Upload& done = upload.mapped();
  if (auto adopted = tree_.adopt(done.staged, done.path, done.overwrite); !adopted) {
    std::error_code ignored;
    std::filesystem::remove(done.staged, ignored);
    return dbfs_refusal(adopted.error(), done.path);
  }
  return ok();
}

Reply DbfsApi::put(const Call& call) const {
  Fields in(call.fields);
  auto path = path_in(in, "path");
  if (!path) return std::unexpected(path.error());
  bool overwrite = in.boolean_or("overwrite", false);
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto bytes = call.file ? Answer<std::string>(*call.file) : block_in(in, "contents");
  if (!bytes) return std::unexpected(bytes.error());
  if (auto written = tree_.write(*path, *bytes, overwrite); !written)
    return dbfs_refusal(written.error(), *path);
  return ok();
}

Reply DbfsApi::read(const Call& call) const {
  Fields in(call.fields);
  auto path = path_in(in, "path");
  if (!path) return std::unexpected(path.error());
  std::int64_t offset = in.integer_or("offset", 0);
  std::int64_t length = in.integer_or("length", read_bytes_default);
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (offset < 0 || length < 0) return invalid_parameter("'offset' and 'length' may not be negative.");
  if (length > static_cast<std::int64_t>(dbfs_block_bytes_max))
    return refuse(400, "MAX_READ_SIZE_EXCEEDED",
                  fmt::format("One read returns at most {} bytes.", dbfs_block_bytes_max));
  auto bytes = tree_.read(*path, offset, length);
  if (!bytes) return dbfs_refusal(bytes.error(), *path);
  return ok({{"bytes_read", bytes->size()}, {"data", databricks::encode_base64(*bytes)}});
}

Reply DbfsApi::status(const Call& call) const {
  Fields in(call.fields);
  auto path = path_in(in, "path");
  if (!path) return std::unexpected(path.error());
  auto entry = tree_.status(*path);
  if (!entry) return dbfs_refusal(FileFault::not_found, *path);
  return ok(to_json(*path, *entry));
}

Reply DbfsApi::list(const Call& call) const {
  Fields in(call.fields);
  auto path = path_in(in, "path");
  if (!path) return std::unexpected(path.error());
  auto entry = tree_.status(*path);
  if (!entry) return dbfs_refusal(FileFault::not_found, *path);
  JsonArray files;
  if (entry->is_directory) {
    auto entries = tree_.list(*path);
    if (!entries) return dbfs_refusal(entries.error(), *path);
    for (const auto& below : *entries) files.push_back(to_json(path->child(below.name), below));
  } else {
    files.push_back(to_json(*path, *entry));
  }
  return files.empty() ? ok() : ok({{"files", std::move(files)}});
}

Reply DbfsApi::mkdirs(const Call& call) const {
  Fields in(call.fields);
  auto path = path_in(in, "path");
  if (!path) return std::unexpected(path.error());
  if (auto made = tree_.make_directories(*path); !made) return dbfs_refusal(made.error(), *path);
  return ok();
}

Reply DbfsApi::move(const Call& call) const {
  Fields in(call.fields);
  auto from = path_in(in, "source_path");
  if (!from) return std::unexpected(from.error());
  auto to = path_in(in, "destination_path");
  if (!to) return std::unexpected(to.error());
  if (auto moved = tree_.move(*from, *to); !moved)
    return dbfs_refusal(moved.error(), moved.error() == FileFault::exists ? *to : *from);
  return ok();
}

/// Deleting what is not there succeeds: the caller wanted it gone.
Reply DbfsApi::remove(const Call& call) const {
  Fields in(call.fields);
  auto path = path_in(in, "path");
  if (!path) return std::unexpected(path.error());
  bool recursive = in.boolean_or("recursive", false);
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto removed = tree_.remove(*path, recursive);
  bool gone =
      removed || removed.error() == FileFault::not_found || removed.error() == FileFault::not_a_directory;
  return gone ? ok() : dbfs_refusal(removed.error(), *path);
}

}  // namespace weir::workspace
