// One task of a flow file, as far as it could be read, with the places that later checks will point at.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/flow.h"
#include "core/kind.h"
#include "core/template.h"
#include "yaml/document.h"
#include "yaml/faults.h"

namespace weir::yaml {

struct TaskDraft {
  struct Need {
    std::string task{};
    Position at = 0;
  };

  core::TaskSpec spec{};
  Position at = 0;                       ///< of its key
  std::vector<Need> needs{};             ///< as written under `needs`
  std::vector<core::Lookup> look_ups{};  ///< of the inputs, to be located in `inputs`
  const Node* inputs = nullptr;          ///< part of the document
};

/// Reads one member of `tasks`. Always gives a draft, so that other tasks can still be checked against its
/// key.
TaskDraft read_task(const Member& member, std::span<const core::Kind> kinds, Faults& faults);

/// True, and reported, when the text is a template: they are looked up in the inputs of tasks and nowhere
/// else.
bool refuse_template(const Node& node, Faults& faults);

/// Reports a name that breaks the rules of names. `what` is "task", "flow" or "parameter".
void check_name(std::string_view what, std::string_view name, Position at, Faults& faults);

}  // namespace weir::yaml
