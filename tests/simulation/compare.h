// Three accounts of one run, which must agree: the engine's own, the replay of its history, and the book that
// the audit keeps by its own rules.
#pragma once

#include "core/run.h"
#include "run_book.h"

namespace weir::sim {

/// Throws Violation with the first difference.
void check_same(const core::Run& live, const core::Run& replayed);
void check_same(const core::Run& live, const RunBook& book);

}  // namespace weir::sim
