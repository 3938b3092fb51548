// The io_context behind a loop, for the few files that speak Asio themselves: net's server, nobody else.
#pragma once

#include "loop/loop.h"

namespace boost::asio {
class io_context;
}

namespace weir {

/// `loop` must come from make_loop(), and everything that uses the io_context ends before the loop does.
boost::asio::io_context& io_context_of(Loop& loop);

}  // namespace weir
