// Files that travel inside the binary; CMake writes the other half (see embed.cmake).
#pragma once

#include <span>
#include <string_view>

namespace weir::workspace {

struct EmbeddedFile {
  std::string_view name;
  std::string_view content;
};

std::span<const EmbeddedFile> driver_files();  ///< src/workspace/driver: *.py, *.java
std::string_view run_page();                   ///< src/workspace/jobs/api/run_page.html

}  // namespace weir::workspace
