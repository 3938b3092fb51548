#include "databricks/client/libraries.h"

#include <array>

#include <fmt/format.h>

#include "base/nearest.h"
#include "databricks/client/blocking_parts.h"
#include "databricks/client/library_requests.h"

namespace weir::databricks {
namespace {

struct Registry {
  std::string_view name;
  std::string_view member;
};
constexpr auto registries =
    std::to_array<Registry>({{"pypi", "package"}, {"maven", "coordinates"}, {"cran", "package"}});

struct FileKind {
  std::string_view ending;
  std::string_view name;
};
constexpr auto file_kinds = std::to_array<FileKind>(
    {{".whl", "whl"}, {".jar", "jar"}, {".egg", "egg"}, {"requirements.txt", "requirements"}});

}  // namespace

Result<json> library_from(std::string_view text) {
  auto colon = text.find(':');
  auto kind = text.substr(0, colon);
  std::vector<std::string> known;
  for (const auto& registry : registries) {
    known.emplace_back(registry.name);
    if (colon != text.npos && kind == registry.name && colon + 1 < text.size()) {
      return json{{registry.name, {{registry.member, text.substr(colon + 1)}}}};
    }
  }
  for (const auto& file : file_kinds) {
    if (text.ends_with(file.ending)) return json{{file.name, text}};
  }
  auto near = nearest(kind, known);
  return fail(Code::invalid, fmt::format("'{}' is no library", text),
              near ? fmt::format("did you mean {}:…?", *near)
                   : "write pypi:…, maven:…, cran:…, or the place of a .whl, .jar, .egg or requirements.txt");
}

std::string text_of_library(const json& library) {
  for (const auto& registry : registries) {
    if (const json* inside = find(library, registry.name)) {
      return fmt::format("{}:{}", registry.name, string_or(*inside, registry.member, ""));
    }
  }
  for (const auto& file : file_kinds) {
    if (auto place = find_string(library, file.name)) return *place;
  }
  return to_text(library);
}

Result<void> Libraries::install(std::string_view cluster_id, json libraries) const {
  return without_value(client_.call(requests::install_libraries(cluster_id, std::move(libraries))));
}

Result<void> Libraries::uninstall(std::string_view cluster_id, json libraries) const {
  return without_value(client_.call(requests::uninstall_libraries(cluster_id, std::move(libraries))));
}

Result<std::vector<json>> Libraries::status(std::string_view cluster_id) const {
  auto answer = client_.call(requests::library_statuses(cluster_id));
  if (!answer) return std::unexpected(answer.error());
  return items_of(*answer, "library_statuses");
}

}  // namespace weir::databricks
