#include "process/supervisor.h"

#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/ids.h"
#include "process/detached.h"
#include "process/process_table.h"
#include "process/tree.h"

namespace weir::process {
namespace {

constexpr char shim_verb[] = "exec-shim";
constexpr int inherited_fds = input_fd + 1;

/// Runs before main. A program that links this file may have any main; were it up to that to recognise a
/// supervisor, one that forgot would start all over again each time it started a process.
[[gnu::constructor]] void become_supervisor(int argc, char** argv, char**) {
  if (argc > 1 && std::strcmp(argv[1], shim_verb) == 0) ::_exit(shim_main(argc, argv));
}

std::unexpected<Error> cannot_start(std::string_view step, int error) {
  return fail(Code::unavailable, fmt::format("cannot start a process: {}: {}", step, std::strerror(error)),
              "check the limits on processes, open files and memory");
}

/// Out of the way of the numbers that the supervisor expects its descriptors under.
Fd copy_up(const Fd& fd) { return Fd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, inherited_fds)); }
Fd move_up(Fd fd) { return copy_up(fd); }

Result<Fd> memory_file(std::string_view text) {
  Fd file = move_up(Fd(::memfd_create("weir-orders", MFD_CLOEXEC)));
  while (file && !text.empty()) {
    ssize_t count = ::write(file.get(), text.data(), text.size());
    if (count <= 0) return cannot_start("orders", errno);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  if (!file || ::lseek(file.get(), 0, SEEK_SET) != 0) return cannot_start("orders", errno);
  return file;
}

/// posix_spawn's attributes and file actions, freed at the end.
class SpawnPlan {
 public:
  /// Its own session, so that Ctrl-C at our terminal does not reach it. All signals are blocked from its
  /// first instruction on: it takes them from a descriptor, and none that comes early is lost.
  SpawnPlan() {
    sigset_t all;
    sigfillset(&all);
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setsigmask(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  void pass(const Fd& fd, int as) { posix_spawn_file_actions_adddup2(&actions_, fd.get(), as); }

  /// Whoever lists processes sees what each supervisor is for.
  Result<pid_t> spawn(const Command& command, bool has_input) {
    posix_spawn_file_actions_addclosefrom_np(&actions_, has_input ? inherited_fds : input_fd);
    std::string arguments[] = {"weir", shim_verb, command.argv[0], command.owner};
    char* argv[] = {arguments[0].data(), arguments[1].data(), arguments[2].data(), arguments[3].data(),
                    nullptr};
    pid_t pid = 0;
    int error = ::posix_spawn(&pid, "/proc/self/exe", &actions_, &attributes_, argv, ::environ);
    if (error != 0) return cannot_start("supervisor", error);
    return pid;
  }

 private:
  posix_spawnattr_t attributes_;
  posix_spawn_file_actions_t actions_;
};

}  // namespace

bool is_supervisor_of(pid_t pid, std::string_view owner) {
  const std::string arguments = read_arguments(pid);
  constexpr std::string_view end("\0", 1);
  return arguments.starts_with(fmt::format("weir{}{}{}", end, shim_verb, end)) &&
         arguments.ends_with(fmt::format("{}{}{}", end, owner, end));
}

Result<Supervisor> start_supervisor(Orders orders, const Streams& streams) {
  SystemRandom random;
  Supervisor supervisor{.tree = random_hex(random, 16)};
  auto& environment = orders.command.environment;
  auto outer = find_variable(environment, tree_variable).value_or("");
  set_variable(environment, tree_variable, nest_tree(outer, supervisor.tree));

  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return cannot_start("socket", errno);
  Fd theirs = move_up(Fd(ends[1]));
  supervisor.control = move_up(Fd(ends[0]));
  Fd out_passed = copy_up(streams.out), err_passed = copy_up(streams.err);
  Fd in_passed = streams.in ? copy_up(streams.in) : Fd();
  if (!theirs || !supervisor.control || !out_passed || !err_passed) return cannot_start("descriptors", errno);
  auto file = memory_file(encode(orders));
  if (!file) return std::unexpected(file.error());

  SpawnPlan plan;
  plan.pass(theirs, control_fd);
  plan.pass(out_passed, STDOUT_FILENO);
  plan.pass(err_passed, STDERR_FILENO);
  plan.pass(*file, orders_fd);
  if (in_passed) plan.pass(in_passed, input_fd);
  auto pid = plan.spawn(orders.command, static_cast<bool>(in_passed));
  if (!pid) return std::unexpected(pid.error());
  supervisor.pid = *pid;
  supervisor.pidfd = open_pidfd(*pid);
  if (supervisor.pidfd) return supervisor;
  supervisor.control.reset();  // before go: it leaves at once
  ::waitpid(*pid, nullptr, 0);
  return cannot_start("supervisor's descriptor", EMFILE);
}

}  // namespace weir::process
