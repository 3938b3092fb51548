// Results that are kept in files, for people and for programs outside of the engine.
#pragma once

#include <string>

#include "core/values.h"
#include "store/result_files.h"

namespace weir::cli {

/// Reads files of an archive that nobody has to hold.
class StoredResults final : public core::Values {
 public:
  explicit StoredResults(store::ResultFiles& files) : files_(files) {}
  Result<std::shared_ptr<const json>> load(const std::string& run_id,
                                           const core::StoredValue& stored) override;

 private:
  store::ResultFiles& files_;
};

/// "array of 20,000 items, json, 3.1 MiB"
std::string size_and_text(const json& wrapped);

}  // namespace weir::cli
