#include "databricks/client/patient_client.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace weir::databricks {
namespace {

bool may_send_again(const ApiRequest& request, const CallError& error) {
  if (error.status == 429) return true;
  return (request.repeatable || error.unsent) && error.is_transient();
}

}  // namespace

PatientClient::PatientClient(Connection connection, Patience patience, const Clock& clock)
    : client_(std::move(connection), http_, clock), patience_(std::move(patience)) {
  if (!patience_.wait) patience_.wait = [](Duration delay) { std::this_thread::sleep_for(delay); };
}

Result<json> PatientClient::call(const ApiRequest& request) const {
  Duration waited{0};
  Duration delay = patience_.first_delay;
  while (true) {
    auto answer = client_.call_and_wait(request);
    if (answer) return std::move(*answer);
    CallError& error = answer.error();
    Duration pause = std::max(delay, error.retry_after.value_or(Duration{0}));
    if (!may_send_again(request, error) || waited + pause > patience_.budget) {
      return std::unexpected(std::move(error.error));
    }
    patience_.wait(pause);
    waited += pause;
    delay = std::min(delay * 2, patience_.delay_max);
  }
}

}  // namespace weir::databricks
