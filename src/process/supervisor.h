// Starting a supervisor: our own binary, executed once more to become the parent of one command.
//
// It gets a control socket as descriptor 0, the command's output as 1 and 2, and its orders in a memory file
// as 3, and as 4 what becomes the command's standard input, if there is such. Messages on the control socket (SOCK_SEQPACKET):
//   us → supervisor   go_message          start the command
//                     a grace in ms       SIGTERM to the tree, SIGKILL after the grace   (tied only)
//                     end-of-file         before go: leave, nothing was started
//                                         after it: SIGKILL to the tree                  (tied only)
//   supervisor → us   a wait status       how the command ended; everything is gone      (tied only)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "base/error.h"
#include "process/command.h"
#include "process/fd.h"

namespace weir::process {

/// What a supervisor is told. Without an exit file it is tied to the process that started it.
struct Orders {
  Command command{};
  std::string program{};              ///< the file to execute, absolute
  std::string exit_file{};            ///< absolute; empty: tied
  std::int64_t output_bytes_max = 0;  ///< 0: no limit, as below
  std::int64_t memory_bytes_max = 0;
  std::int32_t grace_ms = 0;  ///< between a plain SIGTERM to the supervisor and SIGKILL to the tree
};

std::string encode(const Orders& orders);
std::optional<Orders> decode_orders(std::string_view text);

inline constexpr char go_message = 'g';

inline constexpr int control_fd = 0;
inline constexpr int orders_fd = 3;
inline constexpr int input_fd = 4;

struct Supervisor {
  pid_t pid = 0;
  Fd pidfd{};
  Fd control{};
  std::string tree{};  ///< unique; every process of the tree has it in WEIR_TREE
};

/// What become the command's standard streams; they stay ours to close. Without `in` there is nothing to read.
struct Streams {
  const Fd& out;
  const Fd& err;
  const Fd& in;
};

/// Starts a supervisor that waits for go_message. The child is ours to reap.
Result<Supervisor> start_supervisor(Orders orders, const Streams& streams);

/// Whether the process is a supervisor whose command has this owner. One that dies before it can be told apart has
/// started nothing.
bool is_supervisor_of(pid_t pid, std::string_view owner);

}  // namespace weir::process
