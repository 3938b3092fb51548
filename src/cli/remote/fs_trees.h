// The trees a command needs. The workspace is only looked for when a remote place is named.
#pragma once

#include <memory>
#include <optional>

#include "cli/remote/fs_tree.h"
#include "cli/session/connect.h"

namespace weir::cli {

class Trees {
 public:
  Trees(Connect connect, const Terminal& terminal) : connect_(std::move(connect)), terminal_(terminal) {}

  /// The tree `place` is in, until this object goes.
  Result<const Tree*> of(const Place& place);

 private:
  Connect connect_;
  const Terminal& terminal_;
  std::optional<databricks::PatientClient> client_{};
  std::unique_ptr<Tree> trees_[4];  ///< by Place::Kind
};

/// What is at `place`. Code::not_found names the nearest thing beside it.
Result<Entry> entry_at(const Tree& tree, const Place& place);

}  // namespace weir::cli
