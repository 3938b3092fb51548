// What people read about a wrong flow file, for tests of the exact words.
#pragma once

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "yaml/flow_file.h"
#include "yaml/test_kinds.h"

namespace weir::yaml {

/// All errors as the command line shows them, one below the other.
inline std::string complaints(std::string_view text) {
  auto flow = parse_flow(text, "f.yaml", test_kinds);
  if (flow) return "";
  std::string all;
  for (const auto& error : flow.error()) {
    CHECK(error.code == Code::invalid);
    all += (all.empty() ? "" : "\n") + to_text(error);
  }
  return all;
}

/// The complaints about a file with one task, whose mapping is given; it starts at 3:6.
inline std::string task(std::string_view mapping) {
  return complaints("flow: f\ntasks:\n  a: " + std::string(mapping) + "\n  other: {value: 1}\n");
}

}  // namespace weir::yaml
