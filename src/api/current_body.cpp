#include "api/current_body.h"

#include <weir/error.h>

namespace weir::api {
namespace {

thread_local std::shared_ptr<detail::Body> body_of_thread;

}  // namespace

CurrentBody::CurrentBody(std::shared_ptr<detail::Body> body) { body_of_thread = std::move(body); }

CurrentBody::~CurrentBody() { body_of_thread.reset(); }

}  // namespace weir::api

namespace weir::detail {

std::shared_ptr<Body> current_body() {
  if (!api::body_of_thread) {
    throw FlowError(
        "a task was called outside of a flow body; call it inside weir::flow(…), on the body's thread");
  }
  return api::body_of_thread;
}

}  // namespace weir::detail
