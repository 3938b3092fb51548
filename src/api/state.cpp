#include "core/state.h"

#include <weir/state.h>

namespace weir {

static_assert(static_cast<int>(State::cancelled) == static_cast<int>(core::TaskState::cancelled));

std::string_view name_of(State state) { return core::name_of(static_cast<core::TaskState>(state)); }

}  // namespace weir
