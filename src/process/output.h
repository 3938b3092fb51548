// One of the two pipes that a child writes to.
#pragma once

#include "loop/loop.h"
#include "process/child.h"
#include "process/fd.h"
#include "process/line_splitter.h"

namespace weir::process {

/// Reads a non-blocking pipe and passes on what comes. Ends by itself when nobody can write to the pipe any more.
class Output {
 public:
  /// `events` outlives it.
  Output(Loop& loop, Fd pipe, Stream stream, const ChildEvents& events);
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() { stop(); }

  /// Reads what is still in the pipe, hands over an unfinished last line, and ends.
  void finish();

 private:
  void read(std::size_t bytes_max);
  void stop();
  LineSplitter::Sink line_sink() const;

  Loop& loop_;
  Fd pipe_;
  Stream stream_;
  const ChildEvents& events_;
  Loop::WatchId watch_ = 0;
  LineSplitter lines_{};
};

}  // namespace weir::process
