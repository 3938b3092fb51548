# Bugs to prove the fuzzers with: `./dev fuzz --prove`. Each replaces a few words of one file of src/ and is compiled
# into a fuzzer of its own, ahead of the library. It must pass the corpus as it is, so that only fuzzing finds it.
function(weir_plant target file right wrong)
  set(source ${CMAKE_SOURCE_DIR}/src/${file})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
  file(READ ${source} text)
  string(FIND "${text}" "${right}" first)
  string(FIND "${text}" "${right}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last)
    message(FATAL_ERROR "the bug to plant for ${target} must fit one place of src/${file}: ${right}")
  endif()
  string(REPLACE "${right}" "${wrong}" text "${text}")
  set(planted ${CMAKE_CURRENT_BINARY_DIR}/planted/${target}.cpp)
  file(WRITE ${planted}.new "${text}")
  file(COPY_FILE ${planted}.new ${planted} ONLY_IF_DIFFERENT)
  weir_fuzz_program(weir_fuzz_planted_${target} libfuzzer_main.cpp ${planted})
  target_link_options(weir_fuzz_planted_${target} PRIVATE -fsanitize=fuzzer)
endfunction()

weir_plant(cli_parameters cli/flows/parameters.cpp
  [[if (equals == std::string::npos)]]
  [[if (equals == std::string::npos && assignment.empty())]])
weir_plant(databricks_config databricks/client/ini.cpp
  [[if (found != sections.end()) return *found;]]
  [[if (found != sections.end() && !name.empty()) return *found;]])
weir_plant(event_codec core/flow.cpp
  [[if (const auto* key = upstream.if_string()) spec.upstreams.emplace_back(*key);]]
  [[spec.upstreams.emplace_back(upstream.get_string());]])
weir_plant(job_settings workspace/jobs/settings/job_settings.cpp
  [[!key.empty() && key.size()]]
  [[key.size()]])
weir_plant(json_text base/json.cpp
  [[c != '"' && c != '\\' && ]]
  [[c != '"' && ]])
weir_plant(short_texts base/duration.cpp
  [[if (total > duration_max_seconds) {]]
  [[if (total == duration_max_seconds) {]])
weir_plant(template core/look_up.cpp
  [[return !step.empty() && std::ranges::all_of(step, is_step_byte);]]
  [[return std::ranges::all_of(step, is_step_byte);]])
weir_plant(workspace_request workspace/rest/multipart.cpp
  [[if (close == value.npos) return std::nullopt;]]
  [[]])
weir_plant(yaml_flow yaml/tree_builder.cpp
  [[if (stopped_) return;
  Frame frame]]
  [[Frame frame]])
