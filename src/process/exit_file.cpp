#include "process/exit_file.h"

#include <cstdio>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

#include "process/detached.h"
#include "process/fd.h"

namespace weir::process {

bool write_exit(const std::filesystem::path& exit_file, const Exit& exit) {
  const std::string temporary = exit_file.native() + ".new";
  const std::string text = exit.signal != 0 ? "signal " + std::to_string(exit.signal) + "\n"
                                            : "exit " + std::to_string(exit.code) + "\n";
  Fd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return false;
  if (::fsync(file.get()) != 0 || ::rename(temporary.c_str(), exit_file.c_str()) != 0) return false;
  Fd directory(::open(exit_file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return directory && ::fsync(directory.get()) == 0;
}

std::optional<Exit> read_exit(const std::filesystem::path& exit_file) {
  std::ifstream file(exit_file);
  std::string word;
  int number = 0;
  if (!(file >> word >> number)) return std::nullopt;
  if (word == "exit") return Exit{.code = number, .signal = 0};
  if (word == "signal") return Exit{.code = 128 + number, .signal = number};
  return std::nullopt;
}

}  // namespace weir::process
