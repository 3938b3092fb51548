#include "cli/watching/stored_result.h"

#include <fmt/format.h>

namespace weir::cli {
namespace {

std::string bytes_text(std::uint64_t bytes) {
  constexpr double kib = 1024;
  auto count = static_cast<double>(bytes);
  if (count < kib) return fmt::format("{} bytes", bytes);
  if (count < kib * kib) return fmt::format("{:.1f} KiB", count / kib);
  if (count < kib * kib * kib) return fmt::format("{:.1f} MiB", count / kib / kib);
  return fmt::format("{:.1f} GiB", count / kib / kib / kib);
}

}  // namespace

Result<std::shared_ptr<const json>> StoredResults::load(const std::string& run_id,
                                                        const core::StoredValue& stored) {
  auto text = files_.read(run_id, stored.file);
  if (!text) return std::unexpected(text.error());
  auto content = parse_json(*text);
  if (!content) return std::unexpected(content.error());
  return std::make_shared<const json>(std::move(*content));
}

std::string size_and_text(const json& wrapped) {
  auto text = core::text_of_wrapped(wrapped);
  auto stored = core::stored_value_from(wrapped);
  return stored ? fmt::format("{}, {}", text, bytes_text(stored->bytes)) : text;
}

}  // namespace weir::cli
