#include "target.h"

#include <algorithm>
#include <array>

namespace weir::fuzz {

std::span<const Target> targets() {
  static constexpr auto all = std::to_array<Target>({
      {"cli_parameters", take_cli_parameters},
      {"databricks_config", take_databricks_config},
      {"event_codec", take_event_codec},
      {"job_settings", take_job_settings},
      {"json_text", take_json_text},
      {"short_texts", take_short_texts},
      {"template", take_template},
      {"workspace_request", take_workspace_request},
      {"yaml_flow", take_yaml_flow},
  });
  return all;
}

std::string_view take_line(std::string_view& input) {
  auto end = std::min(input.find('\n'), input.size());
  auto line = input.substr(0, end);
  input.remove_prefix(std::min(end + 1, input.size()));
  return line;
}

}  // namespace weir::fuzz
