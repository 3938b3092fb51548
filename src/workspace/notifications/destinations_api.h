// /api/2.0/notification-destinations: create, get, list, update, delete.
#pragma once

#include "base/clock.h"
#include "workspace/notifications/destination.h"
#include "workspace/rest/router.h"

namespace weir::workspace {

class DestinationsApi {
 public:
  DestinationsApi(State& state, SecretStore& secrets) : store_(state, secrets) {}
  void add_routes(Router& router);

 private:
  Reply create(const Call& call);
  Reply get(const Call& call);
  Reply list(const Call& call);
  Reply update(const Call& call);
  Reply remove(const Call& call);
  Answer<Destination> destination_of(const Call& call);
  Reply keep(Destination destination);

  DestinationStore store_;
  SystemClock clock_;
};

}  // namespace weir::workspace
