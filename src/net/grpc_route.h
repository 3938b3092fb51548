// Where gRPC calls go that come in on the port of an HTTP server: see HttpServer and grpc_passage.h.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <string>

#include "net/http.h"

namespace weir::net {

struct GrpcTarget {
  std::uint16_t port = 0;  ///< on the loopback interface
  Headers replaced{};      ///< take the place of those of the same name, in lower case
};

/// The statuses that are used here, by their numbers on the wire.
enum class GrpcStatus : std::uint8_t {
  invalid_argument = 3,
  not_found = 5,
  failed_precondition = 9,
  unavailable = 14,  ///< clients of Spark Connect ask again
  unauthenticated = 16
};

struct GrpcRefusal {
  GrpcStatus status = GrpcStatus::unavailable;
  std::string message{};
};

/// Says where a call goes, at once or later, on the loop's thread. The call waits meanwhile, as far as its client does.
using GrpcDecision = std::function<void(std::expected<GrpcTarget, GrpcRefusal>)>;
using GrpcRoute = std::function<void(const Headers& call, GrpcDecision decide)>;

}  // namespace weir::net
