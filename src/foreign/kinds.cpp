#include "foreign/kinds.h"

namespace weir::foreign {
namespace {

core::Kind make_kind(std::string name, std::string summary) {
  using enum core::FieldType;
  return {.name = std::move(name),
          .summary = std::move(summary),
          .fields = {{"function", string, true, "where the flow's file has it"},
                     {"arguments", object, false, "by the names of its parameters"}}};
}

}  // namespace

const core::Kind& kind_of(Place place) {
  static const core::Kind threads = make_kind("python", "Calls a Python function on a thread");
  static const core::Kind coroutines = make_kind("python.async", "Awaits a Python function");
  static const core::Kind processes =
      make_kind("python.process", "Calls a Python function in a process of its own");
  switch (place) {
    case Place::threads:
      return threads;
    case Place::coroutines:
      return coroutines;
    case Place::processes:
      break;
  }
  return processes;
}

}  // namespace weir::foreign
