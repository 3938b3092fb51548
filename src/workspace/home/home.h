// The folder that holds everything of one embedded workspace:
//
//   lock           held (flock) by the one server that owns the folder; holds its process id
//   server.json    where the server listens; there while it runs
//   token          the credential, made at the first start
//   secrets.key    what the secrets in workspace.db are encrypted with, made at the first start
//   server.crt     the certificate of https, and server.key, its key; made when https is first asked for
//   workspace.db   jobs, runs and settings
//   dbfs/ files/   what dbfs:/ and /Workspace show
//   staging/       files being uploaded; emptied at each start
//   runs/<id>/     one folder a task run: its task.json, output, result
//   clusters/<id>/ libraries, and one folder for each start: output of the driver, where to reach it
//   waiting/<id>/  one folder for each driver that was started ahead; a link once it has something to do
//   statements/    rows of SQL statements, for a day
//   catalog.json   tables and views, which every Spark of the workspace knows
//   driver-<hash>/ the Python driver this version of weir brought
//
// Folders are 0700 and files 0600: whoever can read the token can run code as this user.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"
#include "base/json.h"

namespace weir::workspace {

class Home {
 public:
  /// Makes the folder when needed and takes the lock. Code::conflict when another server holds it (the
  /// message names its process id), Code::invalid when the token file can be read by others.
  static Result<Home> open(std::filesystem::path root);

  Home(Home&& other) noexcept;
  ~Home();  ///< removes server.json and lets go of the lock

  const std::filesystem::path& root() const { return root_; }
  const std::string& token() const { return token_; }
  const std::string& secrets_key() const { return secrets_key_; }  ///< 64 hexadecimal digits
  std::filesystem::path certificate() const { return root_ / "server.crt"; }
  std::filesystem::path tls_key() const { return root_ / "server.key"; }
  std::filesystem::path database() const { return root_ / "workspace.db"; }
  std::filesystem::path dbfs() const { return root_ / "dbfs"; }
  std::filesystem::path files() const { return root_ / "files"; }
  std::filesystem::path staging() const { return root_ / "staging"; }
  std::filesystem::path run(std::int64_t run_id) const { return root_ / "runs" / std::to_string(run_id); }
  std::filesystem::path waiting() const { return root_ / "waiting"; }
  std::filesystem::path cluster(std::string_view id) const { return root_ / "clusters" / id; }

  /// server.json: {"pid", "host", "port", "started"}, replaced as a whole.
  Result<void> announce(const json& server) const;

  /// Writes the embedded driver, unless this version's is there already, and returns its main.py.
  Result<std::filesystem::path> install_driver() const;

 private:
  Home(std::filesystem::path root, int lock) : root_(std::move(root)), lock_(lock) {}
  Result<void> prepare();

  std::filesystem::path root_;
  int lock_ = -1;
  std::string token_{};
  std::string secrets_key_{};
};

/// Writes `text` beside `file` and renames it into place: readers see the old or the new content. Mode 0600.
Result<void> replace_file(const std::filesystem::path& file, std::string_view text);

/// Code::not_found when it is not there.
Result<std::string> read_file(const std::filesystem::path& file);

}  // namespace weir::workspace
