// Where the next page of a list starts. Clients get it as an opaque text and hand it back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "workspace/rest/answer.h"

namespace weir::workspace {

std::string page_token_below(std::int64_t id);                    ///< entries with smaller ids
Answer<std::int64_t> id_of_page_token(const std::string& token);  ///< 0 for an empty token

std::string page_token_after(std::string_view name);               ///< entries whose names come after it
Answer<std::string> name_of_page_token(const std::string& token);  ///< empty for an empty token

}  // namespace weir::workspace
