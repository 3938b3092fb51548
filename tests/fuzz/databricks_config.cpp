// ~/.databrickscfg, which other tools write too: sections without a name twice, and no value in an error.
#include <algorithm>
#include <set>

#include "databricks/client/ini.h"
#include "target.h"

namespace weir::fuzz {

void take_databricks_config(std::string_view input) {
  auto sections = databricks::parse_ini(input);
  if (!sections) {
    WEIR_CHECK(!sections.error().message.empty(), "a refusal says why");
    return;
  }
  std::set<std::string_view> names;
  for (const auto& section : *sections) {
    WEIR_CHECK(names.insert(section.name).second, "a section that appears twice is one section");
    for (const auto& [key, value] : section.values) {
      WEIR_CHECK(input.contains(key) && input.contains(value), "keys and values are what stands in the file");
      WEIR_CHECK(!section.value(key) || !section.value(key)->empty(), "an empty value is none");
    }
  }
}

}  // namespace weir::fuzz
