#include "process/output.h"

#include <cerrno>
#include <memory>

#include <unistd.h>

namespace weir::process {
namespace {

constexpr std::size_t block_bytes = 64 * 1024;
constexpr std::size_t read_bytes_per_turn_max =
    256 * 1024;  // a flood of output leaves the loop time for others
constexpr std::size_t read_bytes_at_end_max = 2 * 1024 * 1024;  // more than any pipe holds (1 MiB)

}  // namespace

Output::Output(Loop& loop, Fd pipe, Stream stream, const ChildEvents& events)
    : loop_(loop), pipe_(std::move(pipe)), stream_(stream), events_(events) {
  watch_ = loop_.watch_readable(pipe_.get(), [this] { read(read_bytes_per_turn_max); });
}

void Output::finish() {
  if (pipe_) read(read_bytes_at_end_max);
  stop();
  lines_.finish(line_sink());
}

void Output::read(std::size_t bytes_max) {
  // Not an array: every thread there is would pay for it when it starts.
  thread_local const auto block = std::make_unique_for_overwrite<char[]>(block_bytes);
  for (std::size_t total = 0; total < bytes_max;) {
    const ssize_t count = ::read(pipe_.get(), block.get(), block_bytes);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return stop();
    const std::string_view bytes(block.get(), static_cast<std::size_t>(count));
    if (events_.on_bytes) events_.on_bytes(stream_, bytes);
    lines_.feed(bytes, line_sink());
    total += bytes.size();
  }
}

void Output::stop() {
  if (!pipe_) return;
  loop_.unwatch(watch_);
  pipe_.reset();
}

LineSplitter::Sink Output::line_sink() const {
  return [this](std::string_view line) {
    if (events_.on_line) events_.on_line(stream_, line);
  };
}

}  // namespace weir::process
