// Keeps the pages of runs up to date while they go on: written soon after they begin, not more than once a second, and
// once more at the end. A run that ends at once writes its page once.
#pragma once

#include <map>
#include <set>

#include "cli/watching/run_page.h"
#include "loop/loop.h"
#include "runtime/engine.h"

namespace weir::cli {

class RunPageWriter final : public runtime::Observer {
 public:
  /// Loop and engine outlive it. Observe the engine with it.
  RunPageWriter(Loop& loop, const runtime::Engine& engine, RunPage page)
      : loop_(loop), engine_(engine), page_(std::move(page)) {}
  ~RunPageWriter() override;

  /// The run has a page from now on, whatever happens to it.
  void follow(runtime::RunSlot slot);

  /// Writes now what is due soon: this process is about to leave.
  void flush();

  void on_event(runtime::RunSlot slot, const core::Run& run, const core::Event& event) override;

 private:
  void write(runtime::RunSlot slot);

  Loop& loop_;
  const runtime::Engine& engine_;
  RunPage page_;
  std::map<runtime::RunSlot, Loop::TimerId> due_{};
  std::set<runtime::RunSlot> written_{};
};

}  // namespace weir::cli
