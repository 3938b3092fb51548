// A fuzz target: a function that takes any bytes and checks what must hold whatever they are. It returns when all
// is well and ends the process when it is not; it throws nothing and keeps nothing.
#pragma once

#include <span>
#include <string_view>

#include "base/check.h"

namespace weir::fuzz {

struct Target {
  std::string_view name;  ///< also the folder of its corpus
  void (*take)(std::string_view input);
};

std::span<const Target> targets();

/// Cuts the first line off the front of `input`: for targets that take several texts.
std::string_view take_line(std::string_view& input);

// One target each, in the file of that name.
void take_cli_parameters(std::string_view input);
void take_databricks_config(std::string_view input);
void take_event_codec(std::string_view input);
void take_job_settings(std::string_view input);
void take_json_text(std::string_view input);
void take_short_texts(std::string_view input);
void take_template(std::string_view input);
void take_workspace_request(std::string_view input);
void take_yaml_flow(std::string_view input);

}  // namespace weir::fuzz
