// How simulated executors report: as told, and in bad weather also twice, late, or about attempts that do not
// exist. The engine must take the first report and let the rest pass.
#pragma once

#include "site.h"
#include "violation.h"

namespace weir::sim {

class Reporter {
 public:
  Reporter(Site& site, Timeline::Owner owner) : site_(site), owner_(owner) {}

  /// As the outcome says; what hangs can only have been cancelled.
  void end(runtime::Reports& reports, const runtime::Attempt& attempt, Outcome::Is outcome);

 private:
  void report(runtime::Reports& reports, runtime::AttemptId id, Outcome::Is outcome, const json& value);
  void maybe_odd(runtime::Reports& reports, runtime::AttemptId id, Outcome::Is outcome, const json& value);

  Site& site_;
  Timeline::Owner owner_;
};

}  // namespace weir::sim
