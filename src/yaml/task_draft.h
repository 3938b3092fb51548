// One task of a flow file, as far as it could be read, with the places that later checks will point at.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/flow.h"
#include "core/template.h"
#include "yaml/document.h"
#include "yaml/faults.h"

namespace weir::yaml {

struct TaskDraft {
  struct Need {
    std::string task{};
    Position at = 0;
  };

  /// A look-up, and the part of the file in which it is to be located.
  struct Reading {
    core::Lookup look_up{};
    const Node* in = nullptr;
    bool in_map = false;  ///< it is part of what the task is mapped over
  };

  core::TaskSpec spec{};
  Position at = 0;                  ///< of its key
  const Node* node = nullptr;       ///< part of the document
  std::vector<Need> needs{};        ///< as written under `needs`
  std::vector<Reading> readings{};  ///< of its inputs, map, when and cache key

  /// The member of this name, null when it was not written.
  const Member* member(std::string_view name) const { return find_member(*node, name); }
};

/// Compiles a part of the file that may hold look-ups, and notes them in the draft.
json read_template(const Node& node, TaskDraft& draft, std::vector<core::Problem>& problems);

/// The same for a part whose JSON is `written`.
json read_template(const json& written, const Node& node, TaskDraft& draft,
                   std::vector<core::Problem>& problems);

/// The same, with its problems reported.
json read_template(const Node& node, TaskDraft& draft, Faults& faults);

/// Reports problems of the part of the file that `node` is.
void add_problems(const Node& node, const std::vector<core::Problem>& problems, Faults& faults);

}  // namespace weir::yaml
