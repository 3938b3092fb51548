#include "workspace/spark/waiting_driver.h"

#include <array>

#include <fcntl.h>
#include <sys/socket.h>

#include "workspace/home/home.h"
#include "workspace/spark/compute.h"

namespace weir::workspace {
namespace {

namespace fs = std::filesystem;
using process::Fd;

/// Between a request to end and SIGKILL, as long as it has nothing to do for anybody.
constexpr Duration grace_of_waiting = std::chrono::seconds(10);

fs::path identity_file(const fs::path& folder) { return folder / waited_file; }

std::string to_text(const process::Identity& identity) {
  return weir::to_text(json{{"pid", identity.pid},
                            {"start_ticks", static_cast<std::int64_t>(identity.start_ticks)},
                            {"boot_id", identity.boot_id},
                            {"tree", identity.tree}});
}

process::Identity parse_identity(const json& value) {
  return {.pid = static_cast<pid_t>(int_or(value, "pid", 0)),
          .start_ticks = static_cast<std::uint64_t>(int_or(value, "start_ticks", 0)),
          .boot_id = string_or(value, "boot_id", ""),
          .tree = string_or(value, "tree", "")};
}

/// What has waited is told what to do by going.
class HandedOver final : public process::Prepared {
 public:
  HandedOver(process::Identity supervisor, Fd socket, std::string order)
      : supervisor_(std::move(supervisor)), socket_(std::move(socket)), order_(std::move(order)) {}

  const process::Identity& supervisor() const override { return supervisor_; }

  Result<void> go() override {
    for (std::string_view rest = order_; !rest.empty();) {
      ssize_t count = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
      if (count <= 0) return fail(Code::unavailable, "the driver that waited has died before its start");
      rest.remove_prefix(static_cast<std::size_t>(count));
    }
    socket_.reset();
    return {};
  }

 private:
  process::Identity supervisor_;
  Fd socket_;
  std::string order_;
};

std::string order_of(const DriverLaunch& launch) {
  JsonArray environment;
  for (const auto& variable : launch.environment) environment.emplace_back(variable);
  JsonArray cold;
  for (std::string_view name : cold_settings()) cold.emplace_back(name);
  return weir::to_text(json{{"task_file", launch.task_file.string()},
                            {"mark", launch.mark().string()},
                            {"environment", std::move(environment)},
                            {"cold_settings", std::move(cold)}}) +
         "\n";
}

/// `folder` takes the place of the folder of the launch, with what that one has in it but for work/.
std::error_code move_into_place(const fs::path& folder, const DriverLaunch& launch) {
  std::error_code error;
  const fs::path& file = launch.task_file;
  fs::rename(file, folder / file.filename(), error);
  if (!error) fs::remove_all(launch.folder(), error);
  if (!error) fs::rename(folder, launch.folder(), error);
  if (!error) fs::create_directory_symlink(launch.folder(), folder, error);
  return error;
}

}  // namespace

Result<std::unique_ptr<WaitingDriver>> WaitingDriver::start(Loop& loop, const DriverSetting& setting,
                                                            fs::path folder,
                                                            std::vector<std::string> environment, Gone gone) {
  std::unique_ptr<WaitingDriver> driver(new WaitingDriver(loop, std::move(folder), std::move(gone)));
  std::error_code error;
  fs::create_directories(driver->folder_ / "work", error);
  if (error)
    return fail(Code::internal, "could not make " + driver->folder_.string() + ": " + error.message());
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return fail(Code::unavailable, "could not make a socket for a driver");
  driver->socket_ = Fd(ends[0]);
  Fd theirs(ends[1]);

  process::DetachedSpec spec = bounds_in(setting, driver->folder_, grace_of_waiting);
  spec.in = theirs.get();
  spec.command.argv = {setting.interpreters.first().python.string(), "-u", setting.main.string(), "--wait"};
  spec.command.environment = std::move(environment);
  auto prepared = process::prepare(spec);
  if (!prepared) return std::unexpected(prepared.error());
  driver->supervisor_ = (*prepared)->supervisor();
  auto kept = replace_file(identity_file(driver->folder_), to_text(driver->supervisor_));
  if (!kept) return std::unexpected(kept.error());
  if (auto started = (*prepared)->go(); !started) return std::unexpected(started.error());
  driver->listen();
  return driver;
}

WaitingDriver::~WaitingDriver() {
  if (watch_ != 0) loop_.unwatch(watch_);
}

/// "ready\n" is all it ever says, and the end of its words is its own.
void WaitingDriver::listen() {
  watch_ = loop_.watch_readable(socket_.get(), [this] {
    std::array<char, 16> said;
    ssize_t count = ::recv(socket_.get(), said.data(), said.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count > 0) {
      is_ready_ = true;
      return;
    }
    loop_.unwatch(std::exchange(watch_, 0));
    Gone gone = std::move(gone_);
    gone(*this);
  });
}

Result<std::unique_ptr<process::Prepared>> WaitingDriver::hand_over(std::unique_ptr<WaitingDriver> driver,
                                                                    const DriverLaunch& launch) {
  if (auto error = move_into_place(driver->folder_, launch))
    return fail(Code::internal, "could not hand over a driver that waits: " + error.message());
  return std::make_unique<HandedOver>(driver->supervisor_, std::move(driver->socket_), order_of(launch));
}

void end_waiting(const fs::path& folder) {
  auto text = read_file(identity_file(folder));
  auto told = text ? parse_json(*text) : std::unexpected(text.error());
  if (told) process::terminate_tree(parse_identity(*told));
}

}  // namespace weir::workspace
