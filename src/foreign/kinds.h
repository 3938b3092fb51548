// The kinds of task whose code lives in a Python file.
#pragma once

#include "core/kind.h"

namespace weir::foreign {

/// Where an attempt of a kind runs.
enum class Place : std::uint8_t {
  threads,     ///< of the worker that runs the flow's body
  coroutines,  ///< of its event loop
  processes,   ///< each in a process of its own
};

inline constexpr auto places = {Place::threads, Place::coroutines, Place::processes};

const core::Kind& kind_of(Place place);

}  // namespace weir::foreign
