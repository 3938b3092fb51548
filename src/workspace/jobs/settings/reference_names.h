// The names that dynamic value references may have: "{{job.id}}", "{{tasks.clean.values.rows}}". What is misspelled is
// told when a job is made, not when it runs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "workspace/rest/answer.h"

namespace weir::workspace {

/// One "{{…}}" in a text.
struct Reference {
  std::size_t at = 0;
  std::size_t length = 0;            ///< braces included
  std::vector<std::string> parts{};  ///< of the name; quotes taken off: {{job.parameters.`a.b`}} has three
  std::string name() const;          ///< parts, joined by dots
};

/// The first in `text` from `from` on; length 0 when there is none.
Reference find_reference(std::string_view text, std::size_t from);

/// Refuses references into a namespace that is there to something that is not ("{{job.naem}}"), with the nearest name.
/// Text in braces that begins like nothing known is text.
Answer<void> check_references(const JsonObject& settings);

}  // namespace weir::workspace
