// Brings SQL statements to their end on the drivers of their warehouses: a warehouse that is stopped is started, and a
// statement that was under way when the server went is asked for again, which its driver answers with the one execution
// it knows under that id.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "workspace/clusters/clusters.h"
#include "workspace/sql/statement.h"

namespace weir::workspace {

/// Loop thread only.
class Statements {
 public:
  Statements(Loop& loop, State& state, const Home& home, Clusters& clusters);
  ~Statements();

  Result<void> recover();

  StatementStore& store() { return store_; }

  /// Durable when it returns; runs as soon as its warehouse does.
  Answer<void> submit(Statement statement);
  Answer<void> cancel(Statement statement);

  /// Calls `then` when the statement has ended, or when `patience` is over; at once when it has ended already.
  void wait(const std::string& id, Duration patience, std::function<void()> then);

  /// What its driver wrote of it: {"state", "manifest", "error"}; null when there is nothing (yet).
  json manifest_of(const std::string& id) const;
  Result<std::string> chunk_of(const std::string& id,
                               std::int64_t index) const;  ///< JSON text: rows of texts

 private:
  struct Waiter {
    std::function<void()> then{};
    Loop::TimerId timer = 0;
  };

  Answer<void> start(Statement statement);
  void ask(const Cluster& warehouse, Statement statement);
  void answered(const std::string& id, const Result<json>& answer);
  void warehouse_changed(const Cluster& warehouse);
  void end(Statement statement, StatementState state, JsonObject error = {});
  void wake(const std::string& id);
  void forget_old();
  std::filesystem::path folder_of(const std::string& id) const { return home_.root() / "statements" / id; }
  std::int64_t now_ms() const { return to_millis(clock_.now()); }

  Loop& loop_;
  const Home& home_;
  Clusters& clusters_;
  StatementStore store_;
  SystemClock clock_;
  std::multimap<std::string, std::string> waiting_;  ///< statements that wait for a warehouse, by its id
  std::multimap<std::string, std::shared_ptr<Waiter>> waiters_;  ///< by statement
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace weir::workspace
