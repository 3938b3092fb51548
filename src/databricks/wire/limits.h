// Limits of the Databricks REST API that both sides keep: the client refuses before it sends, the workspace
// after it received.
#pragma once

#include <cstddef>
#include <cstdint>

namespace weir::databricks {

constexpr std::size_t idempotency_token_length_max = 64;      ///< longer ones are refused, never cut
constexpr std::size_t run_parameters_bytes_max = 10'000;      ///< JSON text of one *_params field of run-now
constexpr std::size_t dbfs_block_bytes_max = 1024 * 1024;     ///< of put, add-block and read, before base64
constexpr std::size_t notebook_bytes_max = 10 * 1024 * 1024;  ///< of workspace/import, before base64
constexpr std::size_t task_key_length_max = 100;
constexpr std::size_t tasks_per_job_max = 1000;
constexpr std::size_t jobs_per_page_max = 100;
constexpr std::size_t runs_per_page_max = 25;
constexpr std::size_t tasks_per_page_max = 100;
constexpr std::int64_t for_each_concurrency_max = 100;
constexpr std::size_t for_each_iterations_max = 5000;
constexpr std::size_t clusters_per_page_max = 100;

}  // namespace weir::databricks
