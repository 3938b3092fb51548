#include "core/values.h"

namespace weir::core {
namespace {

constexpr std::size_t scalar_bytes = 8;

}  // namespace

std::size_t bytes_of(const json& value) {
  if (const auto* text = value.if_string()) return text->size() + 2;
  if (const auto* array = value.if_array()) {
    std::size_t bytes = 2;
    for (const auto& item : *array) bytes += bytes_of(item) + 1;
    return bytes;
  }
  if (const auto* object = value.if_object()) {
    std::size_t bytes = 2;
    for (const auto& member : *object) bytes += member.key().size() + 4 + bytes_of(member.value());
    return bytes;
  }
  return scalar_bytes;
}

}  // namespace weir::core
