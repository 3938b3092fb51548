#include "databricks/executor/local_file.h"

#include <filesystem>
#include <fstream>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

namespace weir::databricks {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> not_written(const std::string& file, const std::error_code& why) {
  return fail(Code::failed, fmt::format("cannot write {}: {}", file, why.message()));
}

}  // namespace

Result<std::string> read_local_file(const std::string& file, std::size_t bytes_max) {
  std::error_code error;
  auto status = fs::status(file, error);
  if (!fs::exists(status)) return fail(Code::not_found, fmt::format("there is no file {}", file));
  if (!fs::is_regular_file(status)) return fail(Code::invalid, fmt::format("{} is no file", file));
  auto size = fs::file_size(file, error);
  if (error) return fail(Code::failed, fmt::format("cannot read {}: {}", file, error.message()));
  if (size > bytes_max) {
    return fail(Code::invalid, fmt::format("{} has {} bytes, a task takes at most {}", file, size, bytes_max),
                "weir fs cp copies files of any size");
  }
  std::string bytes(size, '\0');
  std::ifstream stream(file, std::ios::binary);
  if (!stream.read(bytes.data(), static_cast<std::streamsize>(size))) {
    return fail(Code::failed, fmt::format("cannot read {}", file));
  }
  return bytes;
}

Result<void> write_local_file(const std::string& file, const std::string& bytes) {
  std::error_code error;
  fs::path target(file);
  if (target.has_parent_path()) fs::create_directories(target.parent_path(), error);
  if (error) return not_written(file, error);
  fs::path beside = fmt::format("{}.{}.part", file, getpid());
  std::ofstream stream(beside, std::ios::binary | std::ios::trunc);
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (stream) fs::rename(beside, target, error);
  if (stream && !error) return {};
  auto why = error ? error : std::error_code(errno, std::generic_category());
  fs::remove(beside, error);
  return not_written(file, why);
}

}  // namespace weir::databricks
