// Parameters on the command line: what the flow declares in the first line, as JSON, and one name=value in each further
// line. Values are refused, or take their place with the type of what they replace.
#include "cli/flows/parameters.h"
#include "target.h"

namespace weir::fuzz {
namespace {

bool same_type(const json& declared, const json& given) {
  return declared.is_null() || declared.kind() == given.kind() || (declared.is_number() && given.is_number());
}

}  // namespace

void take_cli_parameters(std::string_view input) {
  auto declared = parse_json(take_line(input));
  if (!declared || !declared->is_object()) return;
  std::vector<std::string> given;
  while (!input.empty()) given.emplace_back(take_line(input));
  auto values = cli::with_values(declared->get_object(), given);
  if (!values) {
    WEIR_CHECK(!values.error().message.empty(), "a refusal says why");
    return;
  }
  for (const auto& assignment : given) WEIR_CHECK(assignment.contains('='), "a value is given as name=value");
  WEIR_CHECK(values->size() == declared->get_object().size(),
             "every parameter has a value, and nothing else has");
  for (const auto& [name, value] : *values) {
    const json* before = find(*declared, name);
    WEIR_CHECK(before && same_type(*before, value) && !value.is_null(),
               "a value has the type of the default");
  }
}

}  // namespace weir::fuzz
