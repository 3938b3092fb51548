// Templates: JSON with look-ups in its strings, "{{ parameters.region }}". They are look-ups and never code:
// no calls, no loops, and what comes out is not looked at again.
//
// A string that is one look-up alone becomes the value looked up, with its type; a look-up inside a longer
// string becomes text (strings as they are, anything else as compact JSON).
//
// Roots: parameters.<name>… · tasks.<key>.result… · run.id · run.name · flow.name. A path step is a member
// name or an array index: tasks.split.result.parts.0. Names with dots or blanks go in brackets:
// tasks['a.b'].result. Quoted text stands for itself, so {{ '{{job.run_id}}' }} leaves {{job.run_id}} for
// Databricks to fill.
//
// Compiled form: every look-up is a hole, {"$": ["parameters", "region"]}; mixed text is {"$text": ["eu-",
// hole]}; an authored object with a key that starts with "$" is wrapped as {"$literal": …}, and its members
// are compiled like any others. C++ and Python emit the compiled form directly.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/kind.h"

namespace weir::core {

using Path = std::vector<std::string>;

/// Levels of objects and arrays, wrappers included, a template may have; histories nest them once more and
/// are JSON of at most 64 levels.
constexpr std::size_t template_depth_max = 40;

/// Errors name the template and what is wrong with it ("'{{ region' is not closed"). Roots and their shape
/// are checked here; whether the parameter or task exists is for whoever knows the flow.
std::expected<json, Problem> compile_template(const json& authored);

/// The same, with every problem instead of the first. A string with a problem becomes a hole without a path,
/// which fits every type and which render refuses.
json compile_template(const json& authored, std::vector<Problem>& problems);

struct Lookup {
  Path path{};
  std::string where{};  ///< JSON pointer of the hole's string in the template
};

/// Every look-up of a compiled template, in document order; holes without a path are left out.
std::vector<Lookup> lookups_in(const json& compiled);

/// A hole for use by other faces.
json hole(Path path);
bool is_hole(const json& value);

/// Resolves one look-up; the pointer stays valid until render returns. Errors should name the nearest valid
/// name.
using Resolve = std::function<Result<const json*>(std::span<const std::string> path)>;

/// Fills every hole. The error says which template failed and why.
Result<json> render(const json& compiled, const Resolve& resolve);

/// Walks from `value` along `steps` (member names, array indices). `shown` is how the start is named in
/// messages.
Result<const json*> walk(const json& value, std::span<const std::string> steps, const std::string& shown);

/// The same through wrapped values: `open` is asked for what to look into instead of each value on the way.
using Open = std::function<Result<const json*>(const json& value)>;
Result<const json*> walk(const json& value, std::span<const std::string> steps, const std::string& shown,
                         const Open& open);

/// "parameters.region", "tasks['a.b'].result": a path as people write it.
std::string to_text(std::span<const std::string> path);

}  // namespace weir::core
