// Which flow body runs on this thread: task calls look it up, so that user code needs no handle.
#pragma once

#include <weir/detail/body.h>

namespace weir::api {

/// Makes `body` the one of this thread for as long as this lives.
class CurrentBody {
 public:
  explicit CurrentBody(std::shared_ptr<detail::Body> body);
  ~CurrentBody();
  CurrentBody(const CurrentBody&) = delete;
};

}  // namespace weir::api
