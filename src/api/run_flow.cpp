#include <filesystem>

#include <weir/run_flow.h>

namespace weir {

Future<json> run_flow(const std::string& file, const FlowArguments& parameters, Call call,
                      TaskOptions options) {
  JsonObject values;
  for (const auto& [name, value] : parameters) values[name] = value.compiled();
  auto body = detail::current_body();
  std::string key = body->declare(
      {.kind = "flow",
       .name = std::filesystem::path(file).stem().string(),
       .inputs = JsonObject{{"file", detail::literal(json(file))}, {"parameters", std::move(values)}},
       .call = std::move(call),
       .options = std::move(options)});
  return {std::move(body), std::move(key)};
}

}  // namespace weir
