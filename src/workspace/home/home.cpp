#include "workspace/home/home.h"

#include <cstring>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ids.h"
#include "workspace/home/embedded_files.h"

namespace weir::workspace {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t token_bytes = 32;
constexpr std::size_t secrets_key_bytes = 32;

std::unexpected<Error> system_failure(std::string_view what, const fs::path& path) {
  return fail(Code::internal, fmt::format("could not {} {}: {}", what, path.string(), std::strerror(errno)));
}

Result<void> make_private_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) fs::permissions(folder, fs::perms::owner_all, error);
  if (error)
    return fail(Code::internal, fmt::format("could not make {}: {}", folder.string(), error.message()));
  return {};
}

/// Takes the lock or says who has it.
Result<int> lock(const fs::path& file) {
  int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return system_failure("open", file);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd);
    std::string holder = read_file(file).value_or("");
    return fail(Code::conflict,
                fmt::format("another workspace server{} owns {}",
                            holder.empty() ? "" : " (process " + holder + ")", file.parent_path().string()),
                "use that one ('weir workspace status'), or end it with 'weir workspace stop'");
  }
  std::string pid = std::to_string(::getpid());
  if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, pid.data(), pid.size(), 0) < 0) {
    ::close(fd);
    return system_failure("write", file);
  }
  return fd;
}

/// What the file holds, or what `bytes` random bytes make it hold from now on.
Result<std::string> random_text_in(const fs::path& file, std::size_t bytes, std::string_view if_exposed) {
  struct stat status{};
  if (::stat(file.c_str(), &status) == 0) {
    if ((status.st_mode & 077) != 0)
      return fail(Code::invalid, fmt::format("{} can be read by other users of this machine", file.string()),
                  fmt::format("{}run: chmod 600 {}", if_exposed, file.string()));
    auto text = read_file(file);
    if (!text) return text;
    while (!text->empty() && text->back() == '\n') text->pop_back();
    if (!text->empty()) return text;
  }
  SystemRandom random;
  std::string fresh = random_hex(random, bytes);
  if (auto written = replace_file(file, fresh + "\n"); !written) return std::unexpected(written.error());
  return fresh;
}

}  // namespace

Result<void> replace_file(const fs::path& file, std::string_view text) {
  fs::path temporary = file.string() + ".new";
  int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return system_failure("create", temporary);
  bool written = true;
  while (written && !text.empty()) {
    auto count = ::write(fd, text.data(), text.size());
    written = count >= 0;
    if (written) text.remove_prefix(static_cast<std::size_t>(count));
  }
  written = written && ::fsync(fd) == 0;
  ::close(fd);
  if (!written || ::rename(temporary.c_str(), file.c_str()) != 0) return system_failure("write", file);
  return {};
}

Result<std::string> read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    return fail(Code::not_found, fmt::format("could not read {}: {}", file.string(), std::strerror(errno)));
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

Result<Home> Home::open(fs::path root) {
  if (auto made = make_private_folder(root); !made) return std::unexpected(made.error());
  auto held = lock(root / "lock");
  if (!held) return std::unexpected(held.error());
  Home home(std::move(root), *held);
  if (auto prepared = home.prepare(); !prepared) return std::unexpected(prepared.error());
  return home;
}

Result<void> Home::prepare() {
  std::error_code ignored;
  fs::remove_all(staging(), ignored);
  for (const auto& folder : {dbfs(), files(), staging(), root_ / "runs", root_ / "clusters", waiting()})
    if (auto made = make_private_folder(folder); !made) return made;
  auto token =
      random_text_in(root_ / "token", token_bytes, "delete it (a new token is made at the next start), or ");
  if (!token) return std::unexpected(token.error());
  token_ = std::move(*token);
  auto key = random_text_in(root_ / "secrets.key", secrets_key_bytes, "");
  if (!key) return std::unexpected(key.error());
  secrets_key_ = std::move(*key);
  return {};
}

Home::Home(Home&& other) noexcept
    : root_(std::move(other.root_)),
      lock_(std::exchange(other.lock_, -1)),
      token_(std::move(other.token_)),
      secrets_key_(std::move(other.secrets_key_)) {}

Home::~Home() {
  if (lock_ < 0) return;
  ::unlink((root_ / "server.json").c_str());
  ::close(lock_);
}

Result<void> Home::announce(const json& server) const {
  return replace_file(root_ / "server.json", to_pretty_text(server) + "\n");
}

Result<fs::path> Home::install_driver() const {
  std::string all;
  for (const auto& file : driver_files()) all.append(file.name).append("\n").append(file.content);
  fs::path folder = root_ / ("driver-" + fingerprint(all).substr(0, 16));
  if (fs::exists(folder / "main.py")) return folder / "main.py";
  if (auto made = make_private_folder(folder); !made) return std::unexpected(made.error());
  std::string main;
  for (const auto& file : driver_files()) {
    if (file.name == "main.py")
      main = file.content;
    else if (auto written = replace_file(folder / file.name, file.content); !written)
      return std::unexpected(written.error());
  }
  // Last, because its presence says that the others are whole.
  if (auto written = replace_file(folder / "main.py", main); !written)
    return std::unexpected(written.error());
  return folder / "main.py";
}

}  // namespace weir::workspace
