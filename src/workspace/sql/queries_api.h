// /api/2.0/sql/queries: keeps queries, for SQL tasks that name one by its id.
#pragma once

#include "base/clock.h"
#include "workspace/rest/router.h"
#include "workspace/sql/queries.h"

namespace weir::workspace {

class QueriesApi {
 public:
  QueriesApi(State& state, std::string user) : queries_(state), user_(std::move(user)) {}
  void add_routes(Router& router);

 private:
  Reply create(const Call& call);
  Reply get(const Call& call);
  Reply list(const Call& call);
  Reply update(const Call& call);
  Reply trash(const Call& call);
  Answer<Query> query_of(const Call& call);
  Answer<std::string> free_name(std::string name, bool resolves);

  QueryStore queries_;
  std::string user_;
  SystemClock clock_;
};

}  // namespace weir::workspace
