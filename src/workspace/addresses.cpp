#include "workspace/addresses.h"

#include <fmt/format.h>

#include "workspace/tls_files.h"

namespace weir::workspace {

Result<void> check_addresses(const WorkspaceOptions& options) {
  constexpr std::string_view danger = "whoever reached it could run code as you";
  if (!is_local(options.address))
    return fail(Code::invalid,
                fmt::format("the workspace does not serve HTTP on {}: {}", options.address, danger),
                "serve https there, or use a tunnel (such as ssh -L) to reach it from elsewhere");
  if (options.https && !is_local(options.https_address) && !options.is_exposed)
    return fail(
        Code::invalid,
        fmt::format("the workspace does not listen on {} by itself: whoever has its token can run code as "
                    "you",
                    options.https_address),
        "add --expose when that is what you want");
  return {};
}

}  // namespace weir::workspace
