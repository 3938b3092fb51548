// The simulated service that external attempts run in. It keeps its promise: a token it knows answers with the
// run it has. Requests and answers get lost on the way, not here.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "plan.h"
#include "timeline.h"

namespace weir::sim {

class RemoteService {
 public:
  enum class State : std::uint8_t { running, succeeded, failed, cancelled };

  struct RemoteRun {
    std::int64_t id = 0;
    std::string token{};
    json body{};  ///< {"run", "task", "number", "inputs"}
    Outcome outcome{};
    std::optional<Duration> ends{};  ///< virtual time; nullopt: hangs
    State end = State::running;
    std::uint64_t submissions = 0;
  };

  explicit RemoteService(const Timeline& timeline) : timeline_(timeline) {}

  const RemoteRun* find(const std::string& token) const;
  const RemoteRun& create(const std::string& token, json body, const Outcome& outcome);
  const RemoteRun& submit_again(const std::string& token);

  State state(std::int64_t id) const;
  void cancel(std::int64_t id, Duration delay);

  const RemoteRun& run(std::int64_t id) const { return runs_.at(id); }
  const std::map<std::int64_t, RemoteRun>& runs() const { return runs_; }

 private:
  const Timeline& timeline_;
  std::map<std::int64_t, RemoteRun> runs_;
  std::map<std::string, std::int64_t> by_token_;
};

}  // namespace weir::sim
