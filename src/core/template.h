// Templates: JSON with look-ups in its strings, "{{ parameters.region }}". They are look-ups and never code: no
// calls, no loops, and what comes out is not looked at again.
//
// A string that is one look-up alone becomes the value looked up, with its type; a look-up inside a longer string
// becomes text (strings as they are, anything else as compact JSON).
//
// Roots: parameters.<name>… · tasks.<key>.result… · run.id · run.name · flow.name. A path step is a member name or
// an array index: tasks.split.result.parts.0.
//
// Compiled form: every look-up is a hole, {"$": ["parameters", "region"]}; mixed text is {"$text": ["eu-", hole]};
// an authored object with a key that starts with "$" is wrapped as {"$literal": …}. C++ and Python emit the
// compiled form directly.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/kind.h"

namespace weir::core {

using Path = std::vector<std::string>;

/// Errors name the template and what is wrong with it ("'{{ region' is not closed").
std::expected<json, Problem> compile_template(const json& authored);

struct Lookup {
  Path path{};
  std::string where{};  ///< JSON pointer of the hole's string in the template
};

/// Every look-up of a compiled template, in document order.
std::vector<Lookup> lookups_in(const json& compiled);

/// A hole for use by other faces.
json hole(Path path);
bool is_hole(const json& value);

/// Resolves one look-up; the pointer stays valid until render returns. Errors should name the nearest valid name.
using Resolve = std::function<Result<const json*>(std::span<const std::string> path)>;

/// Fills every hole. The error says which template failed and why.
Result<json> render(const json& compiled, const Resolve& resolve);

/// Walks from `value` along `steps` (member names, array indices). `shown` is how the start is named in messages.
Result<const json*> walk(const json& value, std::span<const std::string> steps, const std::string& shown);

/// "parameters.region": a path as people write it.
std::string to_text(std::span<const std::string> path);

}  // namespace weir::core
