#include "base/error.h"

namespace weir {

std::string_view name_of(Code code) {
  switch (code) {
    case Code::invalid:
      return "invalid";
    case Code::not_found:
      return "not_found";
    case Code::unauthenticated:
      return "unauthenticated";
    case Code::conflict:
      return "conflict";
    case Code::failed:
      return "failed";
    case Code::unavailable:
      return "unavailable";
    case Code::timeout:
      return "timeout";
    case Code::interrupted:
      return "interrupted";
    case Code::internal:
      return "internal";
  }
  return "internal";
}

std::string to_text(const Error& error) {
  return error.hint.empty() ? error.message : error.message + "\n" + error.hint;
}

}  // namespace weir
