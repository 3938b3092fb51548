// The YAML face: a flow file, checked as far as it can be without running it.
//
//   flow: tutorial
//   parameters: {region: west}                       # name: default; null: must be given
//   tasks:
//     config: {value: {run_name: report, region: "{{ parameters.region }}"}}
//     ingest: {process: [echo, hi]}
//     daily:
//       needs: ingest
//       retries: 2
//       retry_delay: 10s
//       timeout: 5m
//       databricks.submit_run: "{{ tasks.config.result }}"
//
// A task has one kind, whose value is its inputs, and any of needs, retries, retry_delay, timeout,
// description. Reading a task's result makes it wait for that task; `needs` orders without data.
#pragma once

#include <expected>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "core/flow.h"
#include "core/kind.h"
#include "yaml/faults.h"

namespace weir::yaml {

constexpr std::size_t file_bytes_max = 10 * 1024 * 1024;

/// Every problem of the file is reported, not only the first, each as "flow.yaml:7:3: unknown key 'retrys'"
/// with a hint "did you mean 'retries'?". The spec is whole or there is none.
std::expected<core::FlowSpec, std::vector<FileError>> parse_flow(std::string_view text,
                                                                 const std::string& shown_name,
                                                                 std::span<const core::Kind> kinds);

/// The same for a file: Code::not_found when there is none, Code::invalid for everything else.
std::expected<core::FlowSpec, std::vector<FileError>> read_flow(const std::filesystem::path& file,
                                                                std::span<const core::Kind> kinds);

}  // namespace weir::yaml
