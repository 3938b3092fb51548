// The supervisor: the parent of one command, started as described in supervisor.h. It is single-threaded and
// small, and its one promise is that nothing of the command's tree outlives it. Descendants that daemonize do
// not escape: a subreaper inherits every orphan below it, so "no children left" means "nobody left".
//
// Usage: weir exec-shim NAME, where NAME only tells people who read `ps` what is being supervised.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/detached.h"
#include "process/exit_file.h"
#include "process/output_limit.h"
#include "process/supervisor.h"
#include "process/tree.h"

namespace weir::process {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kill_again_first{10};
constexpr milliseconds kill_again_max{500};  ///< for processes that cannot die yet, in uninterruptible sleep
constexpr int not_started_code = 127;        ///< as shells say it
constexpr std::string_view first_to_go = "500";  ///< of 1000, added to what the kernel thinks of a process

std::optional<Orders> read_orders() {
  std::string text;
  std::array<char, 4096> buffer;
  ssize_t count = 0;
  while ((count = ::read(orders_fd, buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  ::close(orders_fd);
  return count == 0 ? decode_orders(text) : std::nullopt;
}

void redirect_to_null(int fd, int flags) {
  int null = ::open("/dev/null", flags);
  if (null != fd) {
    ::dup2(null, fd);
    ::close(null);
  }
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Of the data of the command, and of each process that it starts. Should the machine run out of memory all the same,
/// the kernel is to look for it here first, and not in the program that started us.
void limit_memory(std::int64_t bytes) {
  rlimit limit{.rlim_cur = static_cast<rlim_t>(bytes), .rlim_max = static_cast<rlim_t>(bytes)};
  ::setrlimit(RLIMIT_DATA, &limit);
  int score = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (score < 0) return;
  [[maybe_unused]] ssize_t written = ::write(score, first_to_go.data(), first_to_go.size());
  ::close(score);
}

/// The command's side of fork(). The parent-death signal is a second net for the case that the supervisor
/// itself is killed; it covers the command, not its descendants.
[[noreturn]] void become_command(Orders& orders, pid_t supervisor) {
  auto argv = pointers_to(orders.command.argv);
  auto environment = pointers_to(orders.command.environment);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != supervisor) ::_exit(not_started_code);
  ::setpgid(0, 0);
  if (orders.memory_bytes_max != 0) limit_memory(orders.memory_bytes_max);
  if (::dup2(input_fd, STDIN_FILENO) < 0) redirect_to_null(STDIN_FILENO, O_RDONLY);
  ::close_range(STDERR_FILENO + 1, ~0U, 0);
  const std::string& directory = orders.command.directory.native();
  const bool in_place = directory.empty() || ::chdir(directory.c_str()) == 0;
  if (!in_place) {
    std::fprintf(stderr, "weir: cannot enter directory '%s': %s\n", directory.c_str(), std::strerror(errno));
    ::_exit(not_started_code);
  }
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(orders.program.c_str(), argv.data(), environment.data());
  std::fprintf(stderr, "weir: cannot execute '%s': %s\n", orders.program.c_str(), std::strerror(errno));
  ::_exit(not_started_code);
}

class Shim {
 public:
  explicit Shim(Orders orders) : orders_(std::move(orders)) {
    sigset_t watched;
    sigemptyset(&watched);
    for (int signal : {SIGCHLD, SIGTERM}) sigaddset(&watched, signal);
    signals_ = ::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  }

  int run() {
    while (!leaving_ && !tree_is_gone()) {
      pollfd watched[] = {{control_, POLLIN, 0},
                          {signals_, POLLIN, 0}};  // poll passes over a negative descriptor
      ::poll(watched, 2, milliseconds_to_wait());
      if (watched[0].revents != 0) read_control();
      if (watched[1].revents != 0) read_signals();
      reap();
      if (kill_at_ && SteadyClock::now() >= *kill_at_) kill_tree();
      if (look_at_ && SteadyClock::now() >= *look_at_) look_at_output();
    }
    if (look_at_) look_at_output();
    if (command_ != 0) report();
    return 0;
  }

 private:
  bool is_tied() const { return orders_.exit_file.empty(); }
  bool tree_is_gone() const { return command_ != 0 && !has_children_; }

  int milliseconds_to_wait() const {
    if (!kill_at_ && !look_at_) return -1;
    auto next = std::min(kill_at_.value_or(SteadyClock::time_point::max()),
                         look_at_.value_or(SteadyClock::time_point::max()));
    auto left = std::chrono::ceil<milliseconds>(next - SteadyClock::now());
    return static_cast<int>(std::max(left, milliseconds{0}).count());
  }

  void look_at_output() {
    auto pause = std::min(out_.look(), err_.look());
    look_at_ = SteadyClock::now() + pause;
  }

  void read_control() {
    std::int32_t message = 0;
    ssize_t size = ::recv(control_, &message, sizeof message, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) {
      lose_control();
    } else if (size == 1 && command_ == 0) {
      start_command();
    } else if (size == sizeof message) {
      terminate(milliseconds{message});
    }
  }

  /// The process that started us has let go of us, or died.
  void lose_control() {
    ::close(control_);
    control_ = -1;
    if (command_ == 0) {
      leaving_ = true;
    } else if (is_tied()) {
      kill_at_ = SteadyClock::now();
    }
  }

  void read_signals() {
    signalfd_siginfo info;
    while (::read(signals_, &info, sizeof info) == sizeof info) {
      if (info.ssi_signo != SIGTERM) continue;
      if (command_ == 0) leaving_ = true;
      if (command_ != 0) terminate(milliseconds{orders_.grace_ms});
    }
  }

  void start_command() {
    const pid_t self = ::getpid();
    command_ = ::fork();
    if (command_ == 0) become_command(orders_, self);
    if (command_ < 0) {
      std::fprintf(stderr, "weir: cannot start '%s': %s\n", orders_.program.c_str(), std::strerror(errno));
      status_ = W_EXITCODE(not_started_code, 0);
    }
    if (orders_.output_bytes_max != 0) {
      out_ = OutputLimit(Fd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, input_fd + 1)), orders_.output_bytes_max);
      err_ = OutputLimit(Fd(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, input_fd + 1)), orders_.output_bytes_max);
      look_at_output();
    }
    for (int fd : {STDOUT_FILENO, STDERR_FILENO}) redirect_to_null(fd, O_WRONLY);
    ::close(input_fd);
    if (!is_tied()) {
      redirect_to_null(control_fd, O_RDONLY);
      control_ = -1;
    }
  }

  /// Asked twice, the earlier end counts. Without any grace it is SIGKILL at once.
  void terminate(milliseconds grace) {
    auto end = SteadyClock::now() + grace;
    if (!kill_at_ && grace > milliseconds{0}) {
      signal_descendants(::getpid(), SIGTERM);
      signal_descendants(::getpid(), SIGCONT);  // a stopped process could not act on it
    }
    kill_at_ = kill_at_ ? std::min(*kill_at_, end) : end;
  }

  void reap() {
    if (command_ == 0) return;
    int status = 0;
    pid_t pid = 0;
    while ((pid = ::waitpid(-1, &status, WNOHANG)) > 0) {
      if (pid == command_) status_ = status;
    }
    has_children_ = pid == 0;
    if (status_ && !kill_at_) kill_at_ = SteadyClock::now();
  }

  /// Again and again, since a process may have forked while we were looking.
  void kill_tree() {
    if (has_children_) signal_descendants(::getpid(), SIGKILL);
    kill_at_ = SteadyClock::now() + kill_again_after_;
    kill_again_after_ = std::min(2 * kill_again_after_, kill_again_max);
  }

  void report() {
    const int status = status_.value_or(W_EXITCODE(not_started_code, 0));
    if (!is_tied()) {
      write_exit(orders_.exit_file, exit_of(status));
    } else if (control_ >= 0) {
      ::send(control_, &status, sizeof status, MSG_NOSIGNAL);
    }
  }

  Orders orders_;
  int control_ = control_fd;
  int signals_ = -1;
  pid_t command_ = 0;  ///< 0 before go; negative when it could not be started
  bool has_children_ = true;
  bool leaving_ = false;
  std::optional<int> status_{};
  std::optional<SteadyClock::time_point> kill_at_{};
  std::optional<SteadyClock::time_point> look_at_{};  ///< at the files of the output, when they have a limit
  OutputLimit out_{Fd(), 0};
  OutputLimit err_{Fd(), 0};
  milliseconds kill_again_after_ = kill_again_first;
};

}  // namespace

int shim_main(int, char**) {
  auto orders = read_orders();
  if (!orders) {
    std::fputs("weir: exec-shim is started by weir itself, not by people\n", stderr);
    return 2;
  }
  return Shim(std::move(*orders)).run();
}

}  // namespace weir::process
