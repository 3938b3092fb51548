#include "process/detached.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/process_table.h"
#include "process/program.h"
#include "process/supervisor.h"

namespace weir::process {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> cannot_write(const fs::path& path, int error) {
  return fail(Code::invalid, fmt::format("cannot write '{}': {}", path.string(), std::strerror(error)),
              "check that its directory exists and may be written");
}

Result<Fd> open_to_append(const fs::path& path) {
  Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!file) return cannot_write(path, errno);
  return file;
}

Result<fs::path> check_exit_file(const fs::path& exit_file) {
  std::error_code error;
  const fs::path path = fs::absolute(exit_file, error);
  if (exit_file.empty()) return fail(Code::invalid, "a detached process needs an exit file", "name one");
  if (fs::exists(path, error)) {
    return fail(Code::conflict, fmt::format("exit file '{}' exists already", path.string()),
                "name a new one for each process");
  }
  if (::access(path.parent_path().c_str(), W_OK | X_OK) != 0) return cannot_write(path, errno);
  return path;
}

class WaitingSupervisor final : public Prepared {
 public:
  WaitingSupervisor(Supervisor supervisor, Identity identity)
      : supervisor_(std::move(supervisor)), identity_(std::move(identity)) {}

  ~WaitingSupervisor() override {
    if (!supervisor_.control) return;
    // It has started nothing, so nothing can be left behind.
    send_signal(supervisor_.pidfd, SIGKILL);
    ::waitid(P_PIDFD, static_cast<id_t>(supervisor_.pidfd.get()), nullptr, WEXITED);
  }

  const Identity& supervisor() const override { return identity_; }

  Result<void> go() override {
    if (!supervisor_.control) return {};
    if (::send(supervisor_.control.get(), &go_message, 1, MSG_NOSIGNAL) != 1) {
      return fail(Code::unavailable, fmt::format("supervisor {} has died before its start", identity_.pid),
                  "nothing was started; try again");
    }
    supervisor_.control.reset();
    return {};
  }

 private:
  Supervisor supervisor_;
  Identity identity_;
};

}  // namespace

Result<std::unique_ptr<Prepared>> prepare(const DetachedSpec& spec) {
  auto program = find_program(spec.command);
  if (!program) return std::unexpected(program.error());
  auto exit_file = check_exit_file(spec.exit_file);
  if (!exit_file) return std::unexpected(exit_file.error());
  auto out = open_to_append(spec.out);
  if (!out) return std::unexpected(out.error());
  auto err = open_to_append(spec.err);
  if (!err) return std::unexpected(err.error());
  const Fd in(spec.in < 0 ? -1 : ::fcntl(spec.in, F_DUPFD_CLOEXEC, 0));

  const auto grace = std::chrono::ceil<std::chrono::milliseconds>(spec.grace).count();
  auto supervisor = start_supervisor({.command = spec.command,
                                      .program = *program,
                                      .exit_file = *exit_file,
                                      .output_bytes_max = spec.output_bytes_max,
                                      .memory_bytes_max = spec.memory_bytes_max,
                                      .grace_ms = static_cast<std::int32_t>(std::clamp<std::int64_t>(
                                          grace, 0, std::numeric_limits<std::int32_t>::max()))},
                                     {.out = *out, .err = *err, .in = in});
  if (!supervisor) return std::unexpected(supervisor.error());
  const auto info = read_process(supervisor->pid);
  Identity identity{.pid = supervisor->pid,
                    .start_ticks = info ? info->start_ticks : 0,
                    .boot_id = read_boot_id(),
                    .tree = supervisor->tree};
  return std::make_unique<WaitingSupervisor>(std::move(*supervisor), std::move(identity));
}

}  // namespace weir::process
