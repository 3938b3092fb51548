// How simulated executors report: as told, and in bad weather also twice, late, or about attempts that do not
// exist. The engine must take the first report and let the rest pass.
#pragma once

#include "site.h"
#include "violation.h"

namespace weir::sim {

class Reporter {
 public:
  Reporter(Site& site, Timeline::Owner owner) : site_(site), owner_(owner) {}

  void end(runtime::Reports& reports, const runtime::Attempt& attempt, AttemptEntry::End end,
           json value = nullptr);

 private:
  void report(runtime::Reports& reports, runtime::AttemptId id, AttemptEntry::End end, const json& value);
  void maybe_odd(runtime::Reports& reports, runtime::AttemptId id, AttemptEntry::End end, const json& value);

  Site& site_;
  Timeline::Owner owner_;
};

}  // namespace weir::sim
