#include "runtime/results.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "base/ids.h"
#include "base/planted.h"
#include "core/readers.h"

namespace weir::runtime {

Result<json> Results::keep(const std::string& run_id, const json& value, bool sync) {
  auto text = to_text(value);
  if (text.size() > core::json_value_bytes_max) {
    return fail(Code::invalid,
                fmt::format("the result has {} MiB of JSON, more than the {} MiB that a plain value may have",
                            text.size() >> 20U, core::json_value_bytes_max >> 20U),
                "write it to a file or a table, and return where it is");
  }
  core::StoredValue stored{"json", content_digest(text), text.size(), core::describe(value)};
  bool synced = sync && !WEIR_BUG("a stored result of a synced run is not synced");
  if (auto done = files_.write(run_id, stored.file, text, synced); !done)
    return std::unexpected(done.error());
  return core::to_json(stored);
}

Result<std::shared_ptr<const json>> Results::load(const std::string& run_id,
                                                  const core::StoredValue& stored) {
  auto known = std::ranges::find_if(
      read_, [&](const Read& read) { return read.run_id == run_id && read.name == stored.file; });
  if (known != read_.end()) {
    read_.splice(read_.begin(), read_, known);
    return read_.front().content;
  }
  if (stored.bytes > core::json_value_bytes_max) {
    return fail(Code::invalid,
                fmt::format("a stored value of {} MiB cannot be looked into", stored.bytes >> 20U));
  }
  auto text = files_.read(run_id, stored.file);
  if (!text) return std::unexpected(text.error());
  auto content = parse_json(*text);
  if (!content) return std::unexpected(within("a stored value", content.error()));
  auto bytes = text->size();
  read_.push_front({run_id, stored.file, bytes, std::make_shared<const json>(std::move(*content))});
  read_bytes_ += bytes;
  while (read_bytes_ > read_bytes_max && read_.size() > 1) {
    read_bytes_ -= read_.back().bytes;
    read_.pop_back();
  }
  return read_.front().content;
}

Result<void> Results::link(const json& value, const std::string& from, const std::string& to, bool sync) {
  Result<void> done;
  core::for_each_stored(value, [&](const core::StoredValue& stored) {
    if (done && from != to) done = files_.link(from, to, stored.file, sync);
  });
  return done;
}

void Results::keep_only(const std::string& cache_key, const json& value) {
  std::unordered_set<std::string> kept;
  core::for_each_stored(value, [&](const core::StoredValue& stored) { kept.insert(stored.file); });
  auto owner = store::cache_owner(cache_key);
  for (const auto& name : files_.names(owner)) {
    if (!kept.contains(name)) files_.erase(owner, name);
  }
}

void Results::drop_read(const core::Run& run) {
  for (const auto& name : core::files_to_drop(run)) files_.erase(run.about().id, name);
}

void Results::forget(const std::string& run_id) {
  std::erase_if(read_, [&](const Read& read) {
    if (read.run_id != run_id) return false;
    read_bytes_ -= read.bytes;
    return true;
  });
}

bool Results::has(const std::string& run_id, const core::StoredValue& stored) {
  return files_.size_of(run_id, stored.file) == stored.bytes;
}

}  // namespace weir::runtime
