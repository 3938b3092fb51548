// Templates: authored JSON (or bare text) is compiled and rendered. Every look-up is resolved once, as it was written,
// and what comes out of one is never looked at again.
#include "core/template.h"

#include "target.h"

namespace weir::fuzz {
namespace {

/// A value that would be looked up, unwrapped or filled in by whoever looked at it again.
const json sly = {{"text", "{{ parameters.again }} {{ '}}"},
                  {"hole", {{"$", {"parameters", "again"}}}},
                  {"mixed", {{"$text", {"a", {{"$", {"run", "id"}}}}}}},
                  {"literal", {{"$literal", {{"$", {"run", "name"}}}}}}};

std::size_t count_of(std::string_view part, std::string_view text) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

/// Renders with every look-up becoming `value`; also how many look-ups there were.
std::pair<Result<json>, std::size_t> render_with(const json& compiled, const json& value) {
  std::size_t resolved = 0;
  auto rendered = core::render(compiled, [&](std::span<const std::string>) -> Result<const json*> {
    ++resolved;
    return &value;
  });
  return {std::move(rendered), resolved};
}

/// A path that a template can hold is written so that it reads back as the same path.
void check_path(const core::Path& path) {
  auto again = core::compile_template(json("{{ " + core::to_text(path) + " }}"));
  WEIR_CHECK(again && *again == core::hole(path), "a path reads back as it was");
}

void check_compiled(const json& authored, const json& compiled) {
  auto look_ups = core::lookups_in(compiled);
  for (const auto& found : look_ups) check_path(found.path);
  auto [rendered, resolved] = render_with(compiled, sly);
  WEIR_CHECK(rendered, "what compiles renders when every look-up has a value");
  WEIR_CHECK(resolved == look_ups.size(),
             "every look-up is resolved once, and what comes out is not looked at");
  std::string_view sly_text = sly.at("text").get_string();
  WEIR_CHECK(count_of(sly_text, to_text(*rendered)) >= look_ups.size(),
             "what a look-up gives comes out as it is");
  if (to_text(authored).find("{{") == std::string::npos) {
    WEIR_CHECK(*rendered == authored, "what holds no look-up stays as it was written");
  }
}

}  // namespace

void take_template(std::string_view input) {
  auto parsed = parse_json(input);
  if (!parsed && !core::compile_template(json(input))) return;
  json authored = parsed ? *parsed : json(input);
  if (auto compiled = core::compile_template(authored)) check_compiled(authored, *compiled);

  // Other faces send compiled templates, and histories hold them: any JSON may stand where one is expected.
  core::lookups_in(authored);
  render_with(authored, sly);
}

}  // namespace weir::fuzz
