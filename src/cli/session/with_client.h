// What the verbs that speak to the workspace have in common.
#pragma once

#include <string>
#include <utility>

#include "cli/session/connect.h"
#include "cli/terminal/terminal.h"
#include "databricks/client/patient_client.h"

namespace weir::cli {

/// Connects, and calls `act` with a client: its Exit is the verb's.
template <class Act>
Exit with_client(const Connect& connect, const Terminal& out, Act act) {
  auto connection = connect(out);
  if (!connection) return out.error(connection.error());
  databricks::PatientClient client(*connection);
  return act(client);
}

/// For verbs that change something: says what was done, or why not.
inline Exit said(const Result<void>& done, const std::string& what, const Terminal& out) {
  if (!done) return out.error(done.error());
  out.say(what);
  return Exit::ok;
}

/// The id of something new: data. {"<key>": id} with --json.
inline Exit shown_id(const Result<std::string>& id, std::string_view key, const Terminal& out) {
  if (!id) return out.error(id.error());
  if (out.as_json)
    out.data_json({{key, *id}});
  else
    out.data(*id);
  return Exit::ok;
}

}  // namespace weir::cli
