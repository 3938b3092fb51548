#include "contents.h"

#include <map>

#include "base/ids.h"
#include "violation.h"

namespace weir::sim {
namespace {

std::map<std::string, json> contents;

}  // namespace

void forget_contents() { contents.clear(); }

void remember_content(const json& reported) { contents[content_digest(to_text(reported))] = reported; }

std::string file_of(const json& recorded) {
  const json* reference = find(recorded, "$value");
  return reference ? string_or(*reference, "file", "?") : "";
}

json content_of(const json& recorded) {
  auto file = file_of(recorded);
  if (file.empty()) return recorded;
  auto known = contents.find(file);
  demand(known != contents.end(), "a history refers to a result that nobody reported: {}", to_text(recorded));
  return known->second;
}

}  // namespace weir::sim
