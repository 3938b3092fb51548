#include "workspace/kept/repos_api.h"

#include <fmt/format.h>

#include "workspace/files/file_faults.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

/// Ids of repos are numbers.
JsonObject shown(JsonObject repo) {
  repo["id"] = std::stoll(string_or(json(repo), "id", "0"));
  return repo;
}

/// "sparkling" of "https://example.com/me/sparkling.git".
std::string name_in(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  std::string_view name = url.substr(url.find_last_of("/:") + 1);
  if (name.ends_with(".git")) name.remove_suffix(4);
  return std::string(name);
}

}  // namespace

void ReposApi::add_routes(Router& router) {
  constexpr std::string_view no_git = "no Git is run: the folder is empty until somebody imports into it";
  auto add = [&](std::string_view method, std::string_view name, std::vector<Field> fields, Handler handler) {
    router.add_api({"2.0"}, name,
                   {.method = std::string(method),
                    .handler = std::move(handler),
                    .treatment = Treatment::kept,
                    .note = method == "POST" ? no_git : "",
                    .fields = std::move(fields)});
  };
  constexpr std::string_view all = "repos", one = "repos/{id}";
  add("POST", all, {kept("url"), kept("provider"), works("path"), kept("sparse_checkout")},
      [this](const Call& call) { return create(call); });
  add("GET", all, {works("path_prefix"), kept("next_page_token", "all come at once")},
      [this](const Call& call) { return list(call); });
  add("GET", one, {}, [this](const Call& call) -> Reply {
    auto repo = repos_.of(call);
    return repo ? ok(shown(std::move(*repo))) : std::unexpected(repo.error());
  });
  add("PATCH", one, {works("branch", "501"), works("tag", "501"), kept("sparse_checkout")},
      [this](const Call& call) { return update(call); });
  add("DELETE", one, {}, [this](const Call& call) { return remove(call); });
}

Reply ReposApi::create(const Call& call) {
  Fields in(call.fields);
  std::string url = in.text("url");
  std::string provider = in.text("provider");
  std::string place = in.text_or("path", "");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (name_in(url).empty()) return invalid_parameter(fmt::format("'{}' is no address of a repository.", url));
  if (place.empty()) place = fmt::format("/Repos/{}/{}", user_, name_in(url));
  auto path = Objects::parse(place);
  if (!path) return invalid_parameter(path.error());
  if (objects_.find(*path)) return already_exists(fmt::format("Path ({}) already exists.", path->text()));
  JsonObject repo = without(call.fields, {"path"});
  repo["path"] = path->text();
  auto added = repos_.add(std::move(repo));
  if (!added) return std::unexpected(added.error());
  if (auto made = objects_.tree().make_directories(*path); !made) return object_refusal(made.error(), *path);
  return ok(shown(std::move(*added)));
}

Reply ReposApi::update(const Call& call) {
  auto repo = repos_.of(call);
  if (!repo) return std::unexpected(repo.error());
  Fields in(call.fields);
  bool checks_out = in.optional_text("branch") || in.optional_text("tag");
  const JsonObject* sparse = in.optional_object("sparse_checkout");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (checks_out)
    return refuse(501, "NOT_IMPLEMENTED",
                  "The embedded workspace runs no Git, so it cannot check out a branch or a tag.");
  if (sparse) (*repo)["sparse_checkout"] = *sparse;
  auto kept = repos_.replace(*repo);
  return kept ? ok() : std::unexpected(kept.error());
}

Reply ReposApi::list(const Call& call) {
  Fields in(call.fields);
  std::string prefix = in.text_or("path_prefix", "");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (prefix.starts_with("/Workspace/")) prefix.erase(0, std::string_view("/Workspace").size());
  auto repos = repos_.all();
  if (!repos) return std::unexpected(repos.error());
  JsonArray all;
  for (auto& repo : *repos)
    if (string_or(json(repo), "path", "").starts_with(prefix)) all.push_back(shown(std::move(repo)));
  return all.empty() ? ok() : ok({{"repos", std::move(all)}});
}

/// With its folder, as on Databricks.
Reply ReposApi::remove(const Call& call) {
  auto repo = repos_.of(call);
  if (!repo) return std::unexpected(repo.error());
  if (auto removed = repos_.remove(call); !removed) return std::unexpected(removed.error());
  auto path = Objects::parse(string_or(json(*repo), "path", ""));
  if (path) (void)objects_.tree().remove(*path, true);
  return ok();
}

}  // namespace weir::workspace
