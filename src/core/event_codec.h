// Events as rows of a store. The numbers and the JSON bodies are a format: docs/internals/history.md. Numbers
// are never reused; unknown members of a body are ignored.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"
#include "core/event.h"

namespace weir::core {

struct EventRow {
  std::int64_t at_us = 0;
  std::int64_t type = 0;
  std::int64_t task = -1;   ///< -1: about the whole run
  std::int64_t number = 0;  ///< of the attempt; 0 when it is not about one
  std::string body{};       ///< JSON, or empty
};

EventRow encode(const Event& event);

/// Code::internal for a row that no weir of this version or an older one has written.
Result<Event> decode(const EventRow& row);

}  // namespace weir::core
