// One end of a conversation: lines of JSON over a stream socket, batched both ways (docs/internals/worker-protocol.md).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "loop/loop.h"
#include "process/fd.h"

namespace weir::foreign {

constexpr std::size_t line_bytes_max = 64 * 1024 * 1024;

struct SocketEvents {
  /// One message of the other side. The socket may be destroyed in here.
  std::function<void(json&)> on_message{};

  /// After the messages that came together.
  std::function<void()> on_batch{};

  /// Once: the other side is gone, or said something that is no message (`why` tells).
  std::function<void(const std::string& why)> on_end{};
};

/// Belongs to its loop's thread. Never blocks: what the other side does not take waits here.
class LineSocket {
 public:
  LineSocket(Loop& loop, process::Fd socket, SocketEvents events);
  ~LineSocket();
  LineSocket(const LineSocket&) = delete;

  /// Queues a message, already text. All that is queued in one turn of the loop goes out as one line.
  void send(std::string_view message);

  /// Sends what is queued before it returns, waiting for the other side as long as `patience`.
  void flush(Duration patience);

  bool is_open() const { return static_cast<bool>(socket_); }

 private:
  void receive();
  bool take_lines();
  bool take_line(std::string_view line);
  void seal();
  void write();
  void end(const std::string& why);

  Loop& loop_;
  process::Fd socket_;
  process::Fd for_writing_{};  ///< the same, under another number: a descriptor has one watch
  SocketEvents events_;
  Loop::WatchId reading_ = 0;
  Loop::WatchId writing_ = 0;
  std::string received_{};
  std::size_t searched_ = 0;  ///< so much of it has no newline
  std::string line_{};        ///< the messages of this turn
  std::size_t count_ = 0;     ///< of them
  std::string sealed_{};      ///< whole lines that are on their way
  std::size_t sent_ = 0;      ///< bytes of them
  bool flush_posted_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace weir::foreign
