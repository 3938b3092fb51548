// multipart/form-data, as clients send files to dbfs/put and workspace/import.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workspace/rest/answer.h"

namespace weir::workspace {

struct FormPart {
  std::string name{};
  bool is_file = false;  ///< it came with a file name; the name itself is ignored
  std::string content{};
};

bool is_multipart(std::string_view content_type);

/// Refuses (400 MALFORMED_REQUEST) bodies that do not follow their own boundary, parts without a name,
/// repeated names and more than 32 parts.
Answer<std::vector<FormPart>> parse_multipart(std::string_view content_type, std::string_view body);

}  // namespace weir::workspace
