#include "core/template.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/look_up.h"

namespace weir::core {
namespace {

bool starts_special(std::string_view key) { return key.starts_with('$'); }

class Compiler {
 public:
  explicit Compiler(std::vector<Problem>& problems) : problems_(problems) {}

  json compile(const json& value, const std::string& path, std::size_t depth) {
    if (depth > template_depth_max) {
      add(path, {Code::invalid, fmt::format("nested deeper than {} levels", template_depth_max)});
      return nullptr;
    }
    if (const auto* text = value.if_string()) return compile_text(*text, path);
    if (const auto* array = value.if_array()) return compile_array(*array, path, depth);
    if (const auto* object = value.if_object()) return compile_object(*object, path, depth);
    return value;
  }

 private:
  json compile_text(std::string_view text, const std::string& path) {
    if (text.find("{{") == text.npos) return json(text);
    auto pieces = split_template(text);
    if (!pieces) {
      add(path, pieces.error());
      return hole({});
    }
    auto to_json = [](const Piece& piece) {
      return piece.path.empty() ? json(piece.text) : hole(piece.path);
    };
    bool plain = pieces->size() == 1 && pieces->front().path.empty();
    if (pieces->empty() || plain) return json(pieces->empty() ? "" : pieces->front().text);
    if (pieces->size() == 1) return to_json(pieces->front());
    JsonArray parts;
    for (const auto& piece : *pieces) parts.push_back(to_json(piece));
    return JsonObject{{"$text", std::move(parts)}};
  }

  json compile_array(const JsonArray& array, const std::string& path, std::size_t depth) {
    JsonArray compiled;
    compiled.reserve(array.size());
    for (std::size_t i = 0; i < array.size(); ++i) {
      compiled.push_back(compile(array[i], fmt::format("{}/{}", path, i), depth + 1));
    }
    return compiled;
  }

  json compile_object(const JsonObject& object, const std::string& path, std::size_t depth) {
    bool special =
        std::ranges::any_of(object, [](const auto& member) { return starts_special(member.key()); });
    JsonObject compiled;
    compiled.reserve(object.size());
    for (const auto& member : object) {
      std::string below = path + pointer_step(member.key());
      refuse_template_in_name(member.key(), below);
      compiled.emplace(member.key(), compile(member.value(), below, depth + (special ? 2 : 1)));
    }
    if (!special) return compiled;
    return JsonObject{{"$literal", std::move(compiled)}};
  }

  void refuse_template_in_name(std::string_view name, const std::string& path) {
    if (name.find("{{") == name.npos) return;
    add(path, {Code::invalid, fmt::format("'{}' is a key, and keys cannot be templates", name),
               "put it in a value"});
    problems_.back().about_name = true;
  }

  void add(const std::string& path, Error error) { problems_.push_back({path, std::move(error)}); }

  std::vector<Problem>& problems_;
};

void collect(const json& value, const std::string& where, std::vector<Lookup>& lookups) {
  if (const auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i)
      collect((*array)[i], fmt::format("{}/{}", where, i), lookups);
    return;
  }
  const auto* object = value.if_object();
  if (!object) return;
  if (is_hole(value)) {
    Lookup found{{}, where};
    for (const auto& step : object->begin()->value().get_array()) found.path.emplace_back(step.get_string());
    if (!found.path.empty()) lookups.push_back(std::move(found));
    return;
  }
  const json* parts = find(value, "$text");
  const json* literal = find(value, "$literal");
  if (parts && parts->is_array()) {
    for (const auto& part : parts->get_array()) collect(part, where, lookups);
  } else if (literal && literal->is_object()) {
    for (const auto& member : literal->get_object()) {
      collect(member.value(), where + pointer_step(member.key()), lookups);
    }
  } else {
    for (const auto& member : *object) collect(member.value(), where + pointer_step(member.key()), lookups);
  }
}

}  // namespace

json compile_template(const json& authored, std::vector<Problem>& problems) {
  return Compiler(problems).compile(authored, "", 0);
}

std::expected<json, Problem> compile_template(const json& authored) {
  std::vector<Problem> problems;
  json compiled = compile_template(authored, problems);
  if (!problems.empty()) return std::unexpected(std::move(problems.front()));
  return compiled;
}

std::vector<Lookup> lookups_in(const json& compiled) {
  std::vector<Lookup> lookups;
  collect(compiled, "", lookups);
  return lookups;
}

json hole(Path path) {
  JsonArray steps;
  steps.reserve(path.size());
  for (const auto& step : path) steps.emplace_back(step);
  return JsonObject{{"$", std::move(steps)}};
}

bool is_hole(const json& value) {
  const auto* object = value.if_object();
  if (!object || object->size() != 1 || object->begin()->key() != "$") return false;
  const auto* steps = object->begin()->value().if_array();
  return steps && std::ranges::all_of(*steps, [](const json& step) { return step.is_string(); });
}

}  // namespace weir::core
