// A flow body as an author's thread runs it: adds tasks, waits for results, goes on. After a crash it runs again
// from its first line, as real ones do.
#pragma once

#include "runtime/engine.h"
#include "site.h"

namespace weir::sim {

class FlowBody {
 public:
  FlowBody(Site& site, Timeline::Owner owner, runtime::Engine& engine, runtime::RunSlot slot,
           const PlannedRun& plan, std::uint32_t life);
  ~FlowBody() { *alive_ = false; }
  FlowBody(const FlowBody&) = delete;

  void on_event(const core::Event& event);

 private:
  enum class Awaited : std::uint8_t { running, succeeded, ended_otherwise };

  void go_on_soon();
  void go_on_in(Duration delay);
  void go_on();
  void pause();
  const core::TaskSpec& spec_of(const PlannedTask& task) const;
  Awaited look_at(const std::string& key) const;
  void close(bool with_error);

  Site& site_;
  Timeline::Owner owner_;
  runtime::Engine& engine_;
  runtime::RunSlot slot_;
  const PlannedRun& plan_;
  const std::uint32_t life_;  ///< of the run, from 0
  std::size_t next_ = 0;
  bool waits_ = false;
  bool over_ = false;
  std::shared_ptr<bool> alive_ =
      std::make_shared<bool>(true);  ///< a run that is opened again gets another body
};

}  // namespace weir::sim
