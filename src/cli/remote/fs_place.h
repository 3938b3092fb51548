// How files are named on the command line: dbfs:/a/b, dbfs:/Volumes/catalog/schema/volume/a, workspace:/Users/me/report,
// or a path of this machine.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace weir::cli {

struct Place {
  enum class Kind : std::uint8_t { local, dbfs, workspace, volume };
  Kind kind = Kind::local;
  std::string path{};      ///< without the scheme, without a trailing '/'; remote ones start with '/'
  bool as_folder = false;  ///< a '/' stood at the end: what is copied goes into it

  bool is_remote() const { return kind != Kind::local; }
  std::string text() const;                    ///< as people write it
  std::string name() const;                    ///< the last part of the path
  Place inside(std::string_view child) const;  ///< "dbfs:/a" → "dbfs:/a/<child>"
  Place parent() const;                        ///< of the root: the root
};

/// Errors (Code::invalid): an empty path, dbfs: without '/', a scheme that is neither of them (with the nearest).
Result<Place> parse_place(std::string_view text);

}  // namespace weir::cli
