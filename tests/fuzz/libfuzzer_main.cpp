// What libFuzzer calls. The environment variable WEIR_FUZZ_TARGET says which target; ./dev fuzz sets it.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "target.h"

namespace {

const weir::fuzz::Target* chosen = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const char* name = std::getenv("WEIR_FUZZ_TARGET");
  auto all = weir::fuzz::targets();
  auto found = std::ranges::find(all, std::string_view(name ? name : ""), &weir::fuzz::Target::name);
  if (found == all.end()) {
    std::fputs("WEIR_FUZZ_TARGET must name a target; run ./dev fuzz\n", stderr);
    std::exit(2);
  }
  chosen = &*found;
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chosen->take({reinterpret_cast<const char*>(data), size});
  return 0;
}
