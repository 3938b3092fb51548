#include "process/program.h"

#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

#include "base/nearest.h"

namespace weir::process {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view default_path = "/usr/local/bin:/usr/bin:/bin";
constexpr std::size_t argument_bytes_max = 128 * 1024 - 1;  // Linux: MAX_ARG_STRLEN, with the final zero

std::vector<std::string> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    names.push_back(entry->path().filename());
  }
  return names;
}

/// "did you mean '/data/reports'?" when something near `missing` lies beside it, else `otherwise`.
std::string suggest_beside(const fs::path& missing, std::string otherwise) {
  auto name = nearest(missing.filename().string(), names_in(missing.parent_path()));
  return name ? fmt::format("did you mean '{}'?", (missing.parent_path() / *name).string()) : otherwise;
}

Result<void> check_text(const std::vector<std::string>& texts, std::string_view what) {
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].find('\0') != std::string::npos) {
      return fail(Code::invalid, fmt::format("{} {} contains a zero byte", what, i),
                  "pass binary data in a file");
    }
    if (texts[i].size() > argument_bytes_max) {
      return fail(Code::invalid,
                  fmt::format("{} {} is {} bytes long, at most {} are possible", what, i, texts[i].size(),
                              argument_bytes_max),
                  "pass long text in a file");
    }
  }
  return {};
}

Result<void> check_environment(const std::vector<std::string>& environment) {
  for (const auto& entry : environment) {
    auto equals = entry.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return fail(Code::invalid, fmt::format("environment entry '{}' has no name", entry),
                  "write NAME=value");
    }
  }
  return check_text(environment, "environment entry");
}

Result<fs::path> check_directory(const fs::path& wanted) {
  std::error_code error;
  if (wanted.empty()) return fs::current_path(error);
  fs::path directory = fs::absolute(wanted, error).lexically_normal();
  if (!directory.has_filename()) directory = directory.parent_path();
  if (!fs::exists(directory, error)) {
    return fail(Code::invalid, fmt::format("directory '{}' does not exist", directory.string()),
                suggest_beside(directory, "create it, or correct the path"));
  }
  if (!fs::is_directory(directory, error)) {
    return fail(Code::invalid, fmt::format("'{}' is not a directory", directory.string()),
                "give the folder to run in");
  }
  if (::access(directory.c_str(), X_OK) != 0) {
    return fail(Code::invalid, fmt::format("directory '{}' may not be entered", directory.string()),
                "check its permissions");
  }
  return directory;
}

bool is_executable_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

std::unexpected<Error> not_on_path(const std::string& name, const std::vector<fs::path>& folders) {
  auto message = fmt::format("program '{}' was not found on PATH", name);
  if (name.find_first_of(" \t") != std::string::npos) {
    return fail(Code::not_found, message, "there is no shell: give each argument as its own element of argv");
  }
  std::vector<std::string> known;
  for (const auto& folder : folders) {
    for (auto& file : names_in(folder)) known.push_back(std::move(file));
  }
  auto near = nearest(name, known);
  return fail(Code::not_found, message,
              near ? fmt::format("did you mean '{}'?", *near) : "install it, or give its whole path");
}

Result<fs::path> search_path(const std::string& name, const Command& command, const fs::path& directory) {
  const std::string path = find_variable(command.environment, "PATH").value_or(std::string(default_path));
  std::vector<fs::path> folders;
  for (std::size_t begin = 0; begin <= path.size();) {
    auto end = std::min(path.find(':', begin), path.size());
    folders.push_back(directory / path.substr(begin, end - begin));
    if (is_executable_file(folders.back() / name)) return folders.back() / name;
    begin = end + 1;
  }
  return not_on_path(name, folders);
}

Result<fs::path> check_path(const fs::path& program) {
  std::error_code error;
  if (!fs::exists(program, error)) {
    return fail(Code::not_found, fmt::format("program '{}' does not exist", program.string()),
                suggest_beside(program, "check the path and the working directory"));
  }
  if (!fs::is_regular_file(program, error)) {
    return fail(Code::invalid, fmt::format("'{}' is not a program", program.string()),
                "give an executable file");
  }
  if (!is_executable_file(program)) {
    return fail(Code::invalid, fmt::format("'{}' is not executable", program.string()),
                fmt::format("chmod +x '{}', or name its interpreter first", program.string()));
  }
  return program;
}

/// A script whose interpreter is missing fails with the system's "No such file", which misleads: the script
/// is there.
Result<void> check_interpreter(const fs::path& program) {
  std::string line;
  char magic[2] = {};
  std::ifstream file(program, std::ios::binary);
  if (!file.read(magic, 2) || magic[0] != '#' || magic[1] != '!' || !std::getline(file, line)) return {};
  auto begin = line.find_first_not_of(" \t");
  if (begin == std::string::npos) return {};
  const std::string interpreter = line.substr(begin, line.find_first_of(" \t", begin) - begin);
  if (::access(interpreter.c_str(), F_OK) == 0 || !interpreter.starts_with('/')) return {};
  if (interpreter.ends_with('\r')) {
    return fail(Code::not_found,
                fmt::format("'{}' has Windows line ends in its first line", program.string()),
                "save it with Unix line ends");
  }
  return fail(
      Code::not_found, fmt::format("interpreter '{}' of '{}' does not exist", interpreter, program.string()),
      suggest_beside(interpreter, "correct the first line of the script, or install the interpreter"));
}

}  // namespace

Result<std::string> find_program(const Command& command) {
  if (command.argv.empty() || command.argv[0].empty()) {
    return fail(Code::invalid, "the command is empty",
                "give the program to run as the first element of argv");
  }
  if (auto text = check_text(command.argv, "argument"); !text) return std::unexpected(text.error());
  if (auto entries = check_environment(command.environment); !entries)
    return std::unexpected(entries.error());
  auto directory = check_directory(command.directory);
  if (!directory) return std::unexpected(directory.error());
  const std::string& name = command.argv[0];
  const bool has_slash = name.find('/') != std::string::npos;
  auto program = has_slash ? check_path(*directory / name) : search_path(name, command, *directory);
  if (!program) return std::unexpected(program.error());
  if (auto script = check_interpreter(*program); !script) return std::unexpected(script.error());
  return program->string();
}

}  // namespace weir::process
