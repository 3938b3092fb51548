#include "cli/flows/python_trace.h"

#include <fmt/format.h>

#include "core/graph_check.h"
#include "foreign/run_request.h"

namespace weir::cli {
namespace {

class Tracer final : public foreign::Listener {
 public:
  Tracer(const PythonFile& named, const foreign::Source& source, const std::vector<std::string>& parameters)
      : source_(source), open_(open_message(source, named.flow)) {
    auto& open = open_.get_object();
    open["mode"] = "trace";
    open["parameters"] = JsonArray(parameters.begin(), parameters.end());
  }

  Result<DeclaredFlow> trace() {
    auto started = fleet_.start_body({.python = source_.python, .directory = source_.directory}, *this);
    if (!started) return std::unexpected(started.error());
    loop_->run();
    if (error_) return std::unexpected(*error_);
    if (auto fine = core::check_graph(flow_.spec.tasks); !fine) return std::unexpected(fine.error());
    return std::move(flow_);
  }

  void on_message(std::string_view type, json& message) override {
    if (type == "hello") {
      if (auto fine = check_hello(message); !fine) return end(fine.error());
      fleet_.say(to_text(open_));
    } else if (type == "run") {
      begin(message);
    } else if (type == "task") {
      if (const json* spec = find(message, "spec")) flow_.spec.tasks.push_back(core::task_spec_from(*spec));
    } else if (type == "traced") {
      flow_.grows_after = find_string(message, "waits_for");
      loop_->stop();
    } else if (type == "refused") {
      end(refusal_in(message));
    }
  }

  bool on_gone(const std::string& last_words) override {
    end(no_worker(source_, last_words));
    return false;
  }

 private:
  void begin(const json& message) {
    auto request = foreign::run_request_from(message);
    if (!request) return end(request.error());
    flow_.spec.name = request->about.flow;
    flow_.spec.parameters = request->about.parameters;
    flow_.spec.timeout = request->about.timeout;
    flow_.spec.run_limit = request->about.run_limit;
    flow_.spec.limits = request->about.limits;
  }

  void end(Error error) {
    if (!error_) error_ = std::move(error);
    loop_->stop();
  }

  const foreign::Source& source_;
  json open_;
  DeclaredFlow flow_{};
  std::optional<Error> error_{};
  std::unique_ptr<Loop> loop_ = make_loop();
  foreign::Fleet fleet_{*loop_};
};

}  // namespace

Error refusal_in(const json& message) {
  const json* told = find(message, "error");
  if (!told) return {Code::failed, "the worker refused without saying why", ""};
  auto code = string_or(*told, "code", "failed");
  Error error{code == "invalid"     ? Code::invalid
              : code == "not_found" ? Code::not_found
                                    : Code::failed,
              string_or(*told, "message", ""), string_or(*told, "hint", "")};
  if (auto trace = string_or(*told, "trace", ""); !trace.empty()) error.message += "\n" + trace;
  return error;
}

Result<DeclaredFlow> trace_python(const PythonFile& named, const std::vector<std::string>& parameters,
                                  const std::string& python) {
  auto source = source_of(named, python);
  if (!source) return std::unexpected(source.error());
  return Tracer(named, *source, parameters).trace();
}

}  // namespace weir::cli
