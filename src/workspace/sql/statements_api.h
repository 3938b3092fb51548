// /api/2.0/sql/statements: runs SQL on a warehouse and gives back rows as JSON. A request may wait for the end of its
// statement; it is held, and everything else goes on.
#pragma once

#include "workspace/rest/router.h"
#include "workspace/sql/statements.h"

namespace weir::workspace {

class StatementsApi {
 public:
  explicit StatementsApi(Statements& statements, Clusters& clusters)
      : statements_(statements), clusters_(clusters) {}
  void add_routes(Router& router);

 private:
  Reply execute(const Call& call);
  Reply get(const Call& call);
  Reply cancel(const Call& call);
  Reply chunk(const Call& call);
  Answer<workspace::Statement> statement_of(const Call& call);
  Reply shown(const std::string& id);
  JsonObject chunk_shown(const std::string& id, const json& manifest, std::int64_t index);

  Statements& statements_;
  Clusters& clusters_;
  SystemClock clock_;
};

}  // namespace weir::workspace
