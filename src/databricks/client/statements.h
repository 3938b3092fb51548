// SQL statements on a warehouse, for callers that may block.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "databricks/client/patient_client.h"

namespace weir::databricks {

struct Column {
  std::string name{};
  std::string type{};  ///< "INT", "STRING", …
};

/// What a statement gave: every value is text, as it travels, or null.
struct Table {
  std::vector<Column> columns{};
  std::vector<JsonArray> rows{};
  bool truncated = false;  ///< the warehouse cut it
};

/// `client` must outlive it.
class Statements {
 public:
  explicit Statements(const PatientClient& client) : client_(client) {}

  /// Takes an id or a name; names the nearest.
  Result<std::string> find_warehouse(std::string_view id_or_name) const;

  /// Executes {"statement", "warehouse_id", …} and waits for the end: Code::failed has the warehouse's words.
  /// `wait` is called between looks at it, and says false to cancel the statement: then Code::interrupted.
  Result<Table> execute(json body, const std::function<bool(Duration)>& wait) const;

 private:
  Result<json> see_to_its_end(json answer, const std::function<bool(Duration)>& wait) const;
  Result<Table> table_of(json answer) const;

  const PatientClient& client_;
};

}  // namespace weir::databricks
