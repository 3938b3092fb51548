#include "workspace/kept/global_scripts_api.h"

#include <algorithm>

#include <fmt/format.h>

#include "databricks/wire/base64.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

constexpr std::size_t script_bytes_max = 64 * 1024;

Answer<JsonObject> script_in(const JsonObject& fields) {
  Fields in(fields);
  JsonObject script = without(fields, {});
  if (auto position = in.optional_integer("position")) script["position"] = *position;
  if (in.optional_text("enabled")) script["enabled"] = in.boolean_or("enabled", false);
  auto content = in.optional_text("script");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (int_or(json(script), "position", 0) < 0) return invalid_parameter("'position' may not be negative.");
  if (!content) return script;
  auto bytes = databricks::decode_base64(*content);
  if (!bytes) return invalid_parameter("'script' must be base64.");
  if (bytes->size() > script_bytes_max)
    return invalid_parameter(fmt::format("A script holds at most {} bytes.", script_bytes_max));
  return script;
}

}  // namespace

void GlobalScriptsApi::add_routes(Router& router) {
  auto add = [&](std::string_view method, std::string_view name, std::vector<Field> fields, Handler handler) {
    router.add_api({"2.0"}, name,
                   {.method = std::string(method),
                    .handler = std::move(handler),
                    .treatment = Treatment::kept,
                    .fields = std::move(fields)});
  };
  const std::vector<Field> spec{works("name"), kept("script"), kept("enabled"), works("position")};
  constexpr std::string_view all = "global-init-scripts", one = "global-init-scripts/{script_id}";
  add("POST", all, spec, [this](const Call& call) { return create(call); });
  add("GET", all, {}, [this](const Call&) { return list(); });
  add("GET", one, {}, [this](const Call& call) -> Reply {
    auto script = scripts_.of(call);
    return script ? ok(std::move(*script)) : std::unexpected(script.error());
  });
  add("PATCH", one, spec, [this](const Call& call) { return update(call); });
  add("DELETE", one, {}, [this](const Call& call) -> Reply {
    auto removed = scripts_.remove(call);
    return removed ? ok() : std::unexpected(removed.error());
  });
}

Reply GlobalScriptsApi::create(const Call& call) {
  auto script = script_in(call.fields);
  if (!script) return std::unexpected(script.error());
  if (!script->contains("script")) return invalid_parameter("Missing required field: script.");
  auto scripts = scripts_.all();
  if (!scripts) return std::unexpected(scripts.error());
  std::int64_t now = to_millis(clock_.now());
  script->emplace("enabled", false);
  script->emplace("position", scripts->size());
  (*script)["created_at"] = (*script)["updated_at"] = now;
  (*script)["created_by"] = (*script)["updated_by"] = user_;
  auto added = scripts_.add(std::move(*script));
  return added ? ok({{"script_id", added->at("script_id")}}) : std::unexpected(added.error());
}

Reply GlobalScriptsApi::update(const Call& call) {
  auto script = scripts_.of(call);
  if (!script) return std::unexpected(script.error());
  auto changes = script_in(call.fields);
  if (!changes) return std::unexpected(changes.error());
  for (const auto& [name, value] : *changes) (*script)[name] = value;
  (*script)["updated_at"] = to_millis(clock_.now());
  (*script)["updated_by"] = user_;
  auto kept = scripts_.replace(*script);
  return kept ? ok() : std::unexpected(kept.error());
}

/// In the order in which they would run, without what is in them.
Reply GlobalScriptsApi::list() {
  auto scripts = scripts_.all();
  if (!scripts) return std::unexpected(scripts.error());
  auto place = [](const JsonObject& one) {
    return std::pair(int_or(json(one), "position", 0), string_or(json(one), "name", ""));
  };
  std::ranges::sort(*scripts, {}, place);
  JsonArray shown;
  for (const auto& script : *scripts) shown.push_back(without(script, {"script"}));
  return ok({{"scripts", std::move(shown)}});
}

}  // namespace weir::workspace
