#include "cli/flows/python_run.h"

#include <algorithm>
#include <csignal>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/flows/python_trace.h"
#include "cli/machine/python_choice.h"
#include "cli/session/connect.h"
#include "cli/terminal/signals.h"
#include "foreign/flow_body.h"
#include "foreign/run_request.h"

namespace weir::cli {
namespace {

constexpr int deaths_in_a_row_max = 10;
constexpr Duration farewell_patience = std::chrono::seconds{2};

std::size_t count_in(const json& hello, std::string_view name) {
  return static_cast<std::size_t>(std::max<std::int64_t>(1, int_or(hello, name, 1)));
}

/// One run of a Python flow in this process, from the worker's first word to its last.
class Conversation final : public runtime::Observer {
 public:
  explicit Conversation(Session& session)
      : session_(session),
        body_(session.loop(), session.engine(), session.fleet(),
              {.print = [this](process::Stream stream, const std::string& text) { print(stream, text); },
               .interrupt = [] { ::kill(::getpid(), SIGINT); },
               .closed = [this](json value) { closed(std::move(value)); },
               .gone = [this](const std::string& last_words) { return gone(last_words); },
               .other = [this](std::string_view type, json& message) { take(type, message); }}) {
    session.fleet().on_line(
        [this](process::Stream stream, std::string_view line) { print(stream, std::string(line)); });
  }

  /// Nobody will say any more which workspace it is: who waits for that may go.
  ~Conversation() override { session_.workspace().settle(""); }

  /// Starts the worker.
  Result<void> start(foreign::Source source, json open) {
    source_ = std::move(source);
    open_ = std::move(open);
    return session_.fleet().start_body({.python = source_.python, .directory = source_.directory}, body_);
  }

  void adopt(process::Fd socket) { session_.fleet().adopt_body(std::move(socket), body_); }

  /// Runs the loop until the worker has asked for its run. Ctrl-C ends the waiting: importing may take long.
  Result<foreign::RunRequest> request() {
    Signals signals(session_.loop(),
                    [this] { end({Code::interrupted, "interrupted before the run began"}); });
    if (!request_ && !error_) session_.loop().run();
    if (error_) return std::unexpected(*error_);
    return *request_;
  }

  Exit see(runtime::RunSlot slot, bool is_resumed, Seeing seeing, Terminal& terminal) {
    slot_ = slot;
    begin(is_resumed);
    session_.fleet().flush(Duration{0});  // the body begins while we do the rest
    session_.engine().observe(*this);
    seeing.started = [this](Progress& progress) { progress_ = &progress; };
    if (is_ours()) seeing.returned = [this] { return returned_; };  // a program has what its flow returned
    seeing.at_rest = [this](core::RunState state, Exit exit) {
      progress_ = nullptr;
      session_.workspace().settle("");
      if (left_)
        std::fprintf(stderr, "the program has ended before its run. Go on with: weir runs resume %s\n",
                     session_.engine().run(*slot_).about().name.c_str());
      std::fflush(nullptr);  // whoever hears that it is over finds everything said
      body_.finish(state, static_cast<int>(exit));
      session_.fleet().flush(farewell_patience);
    };
    return see_through(session_, slot, seeing, terminal);
  }

  void refuse(const Error& error) {
    session_.fleet().say(to_text(JsonObject{
        {"type", "refused"}, {"error", JsonObject{{"message", error.message}, {"hint", error.hint}}}}));
    session_.fleet().flush(farewell_patience);
  }

 private:
  bool is_ours() const { return !open_.is_null(); }

  void begin(bool is_resumed) {
    const auto& about = session_.engine().run(*slot_).about();
    session_.fleet().set_tasks(task_source(about.source), task_open(about));
    body_.begin(*slot_, is_resumed, request_->tells, results_of(about));
  }

  std::string results_of(const core::RunStarted& about) const {
    return (session_.folder() / "results" / about.id).string();
  }

  foreign::Source task_source(const json& source) const {
    return {.file = string_or(source, "file", ""),
            .python = is_ours() ? source_.python : string_or(source, "python", "python3"),
            .directory = string_or(source, "directory", "")};
  }

  json task_open(const core::RunStarted& about) const {
    return JsonObject{{"type", "open"},
                      {"role", "tasks"},
                      {"file", string_or(about.source, "file", "")},
                      {"directory", string_or(about.source, "directory", "")},
                      {"run", JsonObject{{"id", about.id},
                                         {"name", about.name},
                                         {"flow", about.flow},
                                         {"parameters", about.parameters},
                                         {"results", results_of(about)},
                                         {"sync", about.durability == core::Durability::disk}}}};
  }

  void take(std::string_view type, json& message) {
    if (type == "hello") {
      if (auto fine = check_hello(message); !fine) return end(fine.error());
      session_.fleet().set_room(count_in(message, "threads"), count_in(message, "coroutines"));
      if (is_ours()) session_.fleet().say(to_text(open_));
    } else if (type == "run" && !slot_) {
      auto request = foreign::run_request_from(message);
      if (!request) return end(request.error());
      request_ = std::move(*request);
      session_.loop().stop();
    } else if (type == "run") {
      begin(true);
    } else if (type == "refused") {
      end(refusal_in(message));
    } else if (type == "workspace") {
      choose_workspace(message);
    }
  }

  void choose_workspace(const json& message) {
    std::map<std::string, std::string> said;
    for (const auto& [name, value] : message.get_object()) {
      if (value.is_string()) said[name] = value.get_string();
    }
    if (auto chosen = session_.workspace().choose(said); !chosen) end(chosen.error());
  }

  void closed(json value) {
    session_.workspace().settle("");
    returned_ = std::move(value);
  }

  /// The worker will not run the body.
  void end(Error error) {
    if (!slot_) {
      error_ = std::move(error);
      return session_.loop().stop();
    }
    is_refused_ = true;
    session_.engine().close(*slot_, core::Failure{.message = to_text(error), .retryable = false});
  }

  bool gone(const std::string& last_words) {
    if (!is_ours()) {
      left_ = true;
      if (!slot_) error_ = Error{Code::unavailable, "the program ended before its run began", ""};
      session_.loop().stop();
      return false;
    }
    if (!slot_) {
      end(no_worker(source_, last_words));
      return false;
    }
    if (is_refused_) return false;
    if (++deaths_ < deaths_in_a_row_max) {
      open_.get_object()["resume"] = true;
      auto started =
          session_.fleet().start_body({.python = source_.python, .directory = source_.directory}, body_);
      if (started) return true;
      end(started.error());
      return false;
    }
    core::Failure failure{.message = fmt::format("the flow's process died {} times in a row", deaths_),
                          .trace = last_words};
    session_.engine().close(*slot_, failure);
    return false;
  }

  void on_event(runtime::RunSlot, const core::Run&, const core::Event& event) override {
    if (std::holds_alternative<core::AttemptSucceeded>(event.fact)) deaths_ = 0;
  }

  void print(process::Stream stream, const std::string& text) {
    if (!progress_) {
      std::fprintf(stderr, "%s\n", text.c_str());  // while the file is loaded: no data of the command
    } else if (stream == process::Stream::out) {
      progress_->print(text);
    } else {
      progress_->say(text);
    }
  }

  Session& session_;
  foreign::FlowBody body_;
  foreign::Source source_{};
  json open_{};
  std::optional<foreign::RunRequest> request_{};
  std::optional<Error> error_{};
  std::optional<runtime::RunSlot> slot_{};
  json returned_{};  ///< by the body
  Progress* progress_ = nullptr;
  int deaths_ = 0;
  bool is_refused_ = false;  ///< the body cannot run any more: another worker would say the same
  bool left_ = false;        ///< the program that started us has ended
};

}  // namespace

Exit run_python(Session& session, const PythonRun& asked, const Seeing& seeing, Terminal& terminal) {
  Conversation conversation(session);
  auto open = open_message(asked.source, asked.flow);
  open.get_object()["parameters"] = JsonArray(asked.parameters.begin(), asked.parameters.end());
  if (auto started = conversation.start(asked.source, open); !started) return terminal.error(started.error());
  auto request = conversation.request();
  if (!request) return terminal.error(request.error());
  request->about.durability = asked.durability;
  request->about.refresh = asked.refresh;
  auto slot = session.engine().start(std::move(request->about), {}, false);
  if (!slot) return terminal.error(slot.error());
  return conversation.see(*slot, false, seeing, terminal);
}

Exit go_on_python(Session& session, runtime::RunSlot slot, const std::string& asked, const Seeing& seeing,
                  Terminal& terminal) {
  const auto& about = session.engine().run(slot).about();
  auto file = string_or(about.source, "file", "");
  if (file.empty()) {
    return terminal.error(
        {Code::invalid, fmt::format("run '{}' belongs to a flow that was typed in", about.name),
         fmt::format("go on where it was defined: {}.resume(\"{}\")", about.flow, about.name)});
  }
  auto recorded = string_or(about.source, "python", "");
  auto python = choose_python(asked.empty() && ::access(recorded.c_str(), X_OK) == 0 ? recorded : asked);
  if (!python) return terminal.error(python.error());
  foreign::Source source{file, python->string(), string_or(about.source, "directory", "")};
  Conversation conversation(session);
  auto open = open_message(source, about.flow);
  open.get_object()["resume"] = true;
  if (auto started = conversation.start(source, open); !started) return terminal.error(started.error());
  auto request = conversation.request();
  if (!request) return terminal.error(request.error());
  return conversation.see(slot, true, seeing, terminal);
}

Exit attach(Terminal& terminal) {
  auto session = Session::open(terminal, std::make_shared<WorkspaceChoice>("", true));
  if (!session) return terminal.error(session.error());
  Conversation conversation(**session);
  conversation.adopt(process::Fd(::dup(STDIN_FILENO)));
  auto refuse = [&](const Error& error) {
    conversation.refuse(error);
    return exit_code_of(error.code);
  };
  auto request = conversation.request();
  if (!request) return refuse(request.error());
  (*session)->workspace().prefer(chosen_workspace(request->workspace));
  if (request->silent) terminal = Terminal(stdout, std::fopen("/dev/null", "w"));
  auto& engine = (*session)->engine();
  bool resumes = !request->resume.empty();
  auto has_body = [](const core::RunStarted&) { return true; };
  auto slot =
      resumes ? engine.resume(request->resume, has_body) : engine.start(std::move(request->about), {}, false);
  if (!slot) return refuse(slot.error());
  if (is_terminal(engine.run(*slot).state())) {
    return refuse({Code::conflict, fmt::format("run '{}' has ended", request->resume),
                   fmt::format("run again what did not succeed: weir runs retry {}", request->resume)});
  }
  if (engine.run(*slot).is_paused()) engine.ask(*slot, runtime::Ask::unpause);
  Seeing seeing{.doing = resumes ? "resuming" : "running", .quiet = request->quiet};
  return conversation.see(*slot, resumes, seeing, terminal);
}

}  // namespace weir::cli
