#include "workspace/sql/statements.h"

#include <fmt/format.h>

namespace weir::workspace {
namespace {

constexpr auto run_time_max = std::chrono::hours(24);
constexpr auto cancel_timeout = std::chrono::seconds(30);
constexpr std::int64_t kept_ms = std::int64_t{24} * 60 * 60 * 1000;

JsonObject error_of(std::string code, std::string message) {
  return {{"error_code", std::move(code)}, {"message", std::move(message)}};
}

}  // namespace

Statements::Statements(Loop& loop, State& state, const Home& home, Clusters& clusters)
    : loop_(loop), home_(home), clusters_(clusters), store_(state) {
  clusters_.listen([this, alive = std::weak_ptr(alive_)](const Cluster& warehouse) {
    if (!alive.expired()) warehouse_changed(warehouse);
  });
}

Statements::~Statements() {
  for (const auto& [id, waiter] : waiters_) loop_.cancel_timer(waiter->timer);
}

Result<void> Statements::recover() {
  forget_old();
  auto open = store_.open();
  if (!open) return std::unexpected(open.error());
  for (Statement& statement : *open) {
    std::string id = statement.id;
    json told = manifest_of(id);
    if (!told.is_null()) {
      answered(id, told);
    } else if (auto started = start(statement); !started) {
      end(std::move(statement), StatementState::failed,
          error_of(started.error().code, started.error().message));
    }
  }
  return {};
}

Answer<void> Statements::submit(Statement statement) {
  forget_old();
  std::error_code error;
  std::filesystem::create_directories(folder_of(statement.id), error);
  if (error) return internal_error({Code::internal, "statements: " + error.message()});
  statement.created_ms = now_ms();
  statement.request["id"] = statement.id;
  statement.request["folder"] = folder_of(statement.id).string();
  if (auto put = store_.put(statement); !put) return internal_error(put.error());
  auto started = start(statement);
  if (!started)  // nothing of it is to run later, when the client has long read that it was refused
    end(std::move(statement), StatementState::failed,
        error_of(started.error().code, started.error().message));
  return started;
}

Answer<void> Statements::start(Statement statement) {
  auto warehouse = clusters_.store().find(statement.warehouse_id);
  if (!warehouse) return internal_error(warehouse.error());
  if (!*warehouse) return does_not_exist(fmt::format("Warehouse {} does not exist", statement.warehouse_id));
  if ((*warehouse)->is_running()) {
    ask(**warehouse, std::move(statement));
    return {};
  }
  if ((*warehouse)->has_ended())
    if (auto started = clusters_.start(**warehouse); !started) return started;
  waiting_.emplace(statement.warehouse_id, statement.id);
  return {};
}

void Statements::ask(const Cluster& warehouse, Statement statement) {
  statement.state = StatementState::running;
  if (auto put = store_.put(statement); !put)
    return end(std::move(statement), StatementState::failed, error_of("INTERNAL_ERROR", put.error().message));
  clusters_.ask_for_long(
      warehouse, "/statements", json(statement.request), run_time_max,
      [this, alive = std::weak_ptr(alive_), id = statement.id](const Result<json>& answer) {
        if (!alive.expired()) answered(id, answer);
      });
}

/// The driver's word, or that it has none to give any more.
void Statements::answered(const std::string& id, const Result<json>& answer) {
  auto statement = store_.find(id);
  if (!statement || !*statement || (*statement)->has_ended()) return;
  if (!answer)
    return end(
        std::move(**statement), StatementState::failed,
        error_of("IO_ERROR", "The warehouse ended before the statement did: " + answer.error().message));
  auto state = parse_statement_state(string_or(*answer, "state", ""));
  const json* error = find(*answer, "error");
  end(std::move(**statement), state, error && error->is_object() ? error->get_object() : JsonObject{});
}

/// A warehouse that was on its way and did not come takes those who wait for it along, unless it was asked to end, or had
/// been idle: then they have it start once more.
void Statements::warehouse_changed(const Cluster& warehouse) {
  if (!warehouse.is_running() && !warehouse.has_ended()) return;
  std::vector<std::string> ids;
  auto [begin, last] = waiting_.equal_range(warehouse.id);
  for (auto it = begin; it != last; ++it) ids.push_back(it->second);
  waiting_.erase(begin, last);
  for (const std::string& id : ids) {
    auto statement = store_.find(id);
    if (!statement || !*statement || (*statement)->has_ended()) continue;
    if (!warehouse.is_running() && warehouse.termination.type != "SUCCESS") {
      end(std::move(**statement), StatementState::failed,
          error_of("IO_ERROR", fmt::format("Warehouse {} could not be started ({}). {}", warehouse.id,
                                           warehouse.termination.code, warehouse.message)));
    } else if (auto started = start(**statement); !started) {
      end(std::move(**statement), StatementState::failed,
          error_of(started.error().code, started.error().message));
    }
  }
}

Answer<void> Statements::cancel(Statement statement) {
  if (statement.has_ended()) return {};
  auto warehouse = clusters_.store().find(statement.warehouse_id);
  if (!warehouse) return internal_error(warehouse.error());
  if (*warehouse && (*warehouse)->is_running())
    clusters_.ask(**warehouse, "/statements/cancel", {{"id", statement.id}}, cancel_timeout,
                  [](const Result<json>&) {});
  end(std::move(statement), StatementState::canceled);
  return {};
}

void Statements::end(Statement statement, StatementState state, JsonObject error) {
  statement.state = state;
  statement.error = std::move(error);
  if (auto put = store_.put(statement); !put)
    fmt::print(stderr, "workspace: statement {}: {}\n", statement.id, to_text(put.error()));
  wake(statement.id);
}

void Statements::wait(const std::string& id, Duration patience, std::function<void()> then) {
  auto statement = store_.find(id);
  bool waits = statement && *statement && !(*statement)->has_ended();
  if (!waits || patience <= Duration::zero()) return then();
  auto waiter = std::make_shared<Waiter>(Waiter{.then = std::move(then)});
  waiters_.emplace(id, waiter);
  waiter->timer = loop_.after(patience, [this, id, waiter] {
    auto [begin, last] = waiters_.equal_range(id);
    for (auto it = begin; it != last; ++it)
      if (it->second == waiter) {
        waiters_.erase(it);
        break;
      }
    waiter->then();
  });
}

void Statements::wake(const std::string& id) {
  std::vector<std::shared_ptr<Waiter>> woken;
  auto [begin, last] = waiters_.equal_range(id);
  for (auto it = begin; it != last; ++it) woken.push_back(it->second);
  waiters_.erase(begin, last);
  for (const auto& waiter : woken) {
    loop_.cancel_timer(waiter->timer);
    waiter->then();
  }
}

json Statements::manifest_of(const std::string& id) const {
  auto text = read_file(folder_of(id) / "manifest.json");
  return text ? parse_json(*text).value_or(nullptr) : json(nullptr);
}

Result<std::string> Statements::chunk_of(const std::string& id, std::int64_t index) const {
  return read_file(folder_of(id) / fmt::format("{}.json", index));
}

void Statements::forget_old() {
  auto ids = store_.remove_before(now_ms() - kept_ms);
  std::error_code ignored;
  if (ids)
    for (const std::string& id : *ids) std::filesystem::remove_all(folder_of(id), ignored);
}

}  // namespace weir::workspace
