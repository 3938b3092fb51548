#include "api/flow_trace.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include <weir/error.h>

#include "api/current_body.h"
#include "api/declarations.h"
#include "api/task_policy.h"

namespace weir::api {
namespace {

constexpr auto what_for = "the body was called to see its tasks; parameters are given with -p name=value";

/// Unwinds a body that waits; never reaches the user.
struct Waits {};

class TracedBody final : public detail::Body {
 public:
  explicit TracedBody(std::span<const core::Kind> kinds) : declarations_(kinds) {}

  std::string declare(detail::Declaration declaration) override {
    if (waits_for) throw Waits{};  // the body caught what was to unwind it
    auto spec = declarations_.add(declaration).spec;
    for (const auto& upstream : spec.upstreams) {
      if (keys_.contains(upstream)) continue;
      throw FlowError(fmt::format("task '{}' waits for '{}', which was not added", spec.key, upstream));
    }
    keys_.insert(spec.key);
    tasks.push_back(std::move(spec));
    return tasks.back().key;
  }

  std::unique_ptr<detail::Ends> ends_of(std::vector<std::string> keys) override {
    return std::make_unique<NoEnds>(*this, keys.front());
  }
  State state(const std::string& key) override { wait_for(key); }
  json value(const std::string& key) override { wait_for(key); }
  void choose_workspace(std::map<std::string, std::string>) override {}  // nothing is asked of it
  void enter(const std::string& name) override { declarations_.enter(name); }
  void leave() override { declarations_.leave(); }

  std::vector<core::TaskSpec> tasks{};
  std::optional<std::string> waits_for{};

 private:
  struct NoEnds final : detail::Ends {
    NoEnds(TracedBody& body, std::string key) : body(body), key(std::move(key)) {}
    std::size_t next() override { body.wait_for(key); }

    TracedBody& body;
    std::string key;
  };

  /// An element of a mapped task, "count[0]", is no task of the graph: its task is.
  [[noreturn]] void wait_for(const std::string& key) {
    if (!waits_for) waits_for = key.substr(0, key.find('['));
    throw Waits{};
  }

  Declarations declarations_;
  std::unordered_set<std::string> keys_{};
};

}  // namespace

Result<Trace> trace(const Flow& flow, const std::vector<json>& arguments, std::span<const core::Kind> kinds) {
  auto body = std::make_shared<TracedBody>(kinds);
  try {
    CurrentBody current(body);
    flow.body(arguments);
  } catch (const Waits&) {
    // As far as it goes without a run.
  } catch (const FlowError& error) {
    return fail(Code::invalid, fmt::format("flow '{}': {}", flow.name, error.what()));
  } catch (const std::exception& error) {
    return fail(Code::failed, fmt::format("flow '{}': its body threw: {}", flow.name, error.what()),
                what_for);
  } catch (...) {
    return fail(Code::failed,
                fmt::format("flow '{}': its body threw something that is no std::exception", flow.name),
                what_for);
  }
  Trace traced{.waits_for = body->waits_for};
  core::RunStarted about;
  describe(flow, about);
  traced.flow.name = about.flow;
  traced.flow.timeout = about.timeout;
  traced.flow.run_limit = about.run_limit;
  traced.flow.limits = about.limits;
  for (const auto& parameter : flow.parameters) traced.flow.parameters[parameter.name] = parameter.fallback;
  traced.flow.tasks = std::move(body->tasks);
  return traced;
}

}  // namespace weir::api
