#include "cli/flows/python_file.h"

#include <filesystem>

#include <fmt/format.h>

#include "cli/machine/python_choice.h"

namespace weir::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t protocol_spoken = 1;  // docs/internals/worker-protocol.md

}  // namespace

std::optional<PythonFile> python_file(const std::string& text) {
  if (text.ends_with(".py")) return PythonFile{text, ""};
  auto colon = text.rfind(':');
  if (colon == text.npos || !text.substr(0, colon).ends_with(".py")) return std::nullopt;
  return PythonFile{text.substr(0, colon), text.substr(colon + 1)};
}

Result<foreign::Source> source_of(const PythonFile& named, const std::string& python) {
  std::error_code error;
  auto file = fs::absolute(named.file, error).lexically_normal();
  if (error || !fs::is_regular_file(file, error)) {
    return fail(Code::not_found, fmt::format("there is no file {}", named.file));
  }
  auto chosen = choose_python(python);
  if (!chosen) return std::unexpected(chosen.error());
  return foreign::Source{
      .file = file.string(), .python = chosen->string(), .directory = fs::current_path(error).string()};
}

json open_message(const foreign::Source& source, const std::string& flow) {
  return JsonObject{{"type", "open"},      {"role", "body"}, {"mode", "run"},
                    {"file", source.file}, {"flow", flow},   {"directory", source.directory}};
}

Result<void> check_hello(const json& hello) {
  auto spoken = int_or(hello, "protocol", 0);
  if (spoken == protocol_spoken) return {};
  return fail(Code::invalid,
              fmt::format("this program speaks protocol {} with workers, and the worker speaks {}",
                          protocol_spoken, spoken),
              "install the package weir of the same version as this program");
}

Error no_worker(const foreign::Source& source, const std::string& last_words) {
  if (last_words.find("No module named 'weir'") != last_words.npos ||
      last_words.find("No module named weir") != last_words.npos) {
    return {
        Code::not_found, fmt::format("{} has no package 'weir'", source.python),
        fmt::format("install the wheel there: {} -m pip install build/dist/weir-*.whl   (./dev wheel makes "
                    "it), or name another Python with --python or WEIR_PYTHON",
                    source.python)};
  }
  return {Code::failed, "the Python worker ended before it began", last_words};
}

}  // namespace weir::cli
