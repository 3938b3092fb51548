#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/nearest.h"
#include "core/template.h"

namespace weir::core {
namespace {

constexpr std::size_t suggested_from_max = 1000;

class Renderer {
 public:
  explicit Renderer(const Resolve& resolve) : resolve_(resolve) {}

  Result<json> render(const json& compiled) const {
    if (const auto* array = compiled.if_array()) return render_array(*array);
    if (const auto* object = compiled.if_object()) return render_object(compiled, *object);
    return compiled;
  }

 private:
  Result<json> render_array(const JsonArray& array) const {
    JsonArray rendered;
    rendered.reserve(array.size());
    for (const auto& item : array) {
      auto value = render(item);
      if (!value) return value;
      rendered.push_back(std::move(*value));
    }
    return rendered;
  }

  Result<json> render_object(const json& compiled, const JsonObject& object) const {
    if (is_hole(compiled)) {
      auto found = look_up(compiled);
      if (!found) return std::unexpected(found.error());
      return **found;
    }
    if (object.size() == 1) {
      const auto& [key, value] = *object.begin();
      if (key == "$text" && value.is_array()) return render_text(value.get_array());
      if (key == "$literal" && value.is_object()) return render_members(value.get_object());
    }
    for (const auto& member : object) {
      if (!member.key().starts_with('$')) continue;
      return fail(Code::invalid,
                  fmt::format("'{}' has no meaning in a compiled template", std::string_view(member.key())),
                  "wrap an object with such a key in {\"$literal\": …}");
    }
    return render_members(object);
  }

  Result<json> render_members(const JsonObject& object) const {
    JsonObject rendered;
    rendered.reserve(object.size());
    for (const auto& member : object) {
      auto value = render(member.value());
      if (!value) return value;
      rendered.emplace(member.key(), std::move(*value));
    }
    return rendered;
  }

  Result<json> render_text(const JsonArray& parts) const {
    std::string text;
    for (const auto& part : parts) {
      const json* value = &part;
      if (is_hole(part)) {
        auto found = look_up(part);
        if (!found) return std::unexpected(found.error());
        value = *found;
      }
      append_as_text(text, *value);
    }
    return json(text);
  }

  Result<const json*> look_up(const json& hole) const {
    Path path;
    for (const auto& step : hole.get_object().begin()->value().get_array())
      path.emplace_back(step.get_string());
    if (path.empty()) return fail(Code::invalid, "a hole of a compiled template has no path");
    auto found = resolve_(path);
    if (!found) return std::unexpected(within(fmt::format("'{{{{ {} }}}}'", to_text(path)), found.error()));
    return found;
  }

  /// Boost.JSON writes 1.5 as 1.5E0, which is JSON but no text for people.
  static void append_as_text(std::string& text, const json& value) {
    if (const auto* string = value.if_string()) {
      text += std::string_view(*string);
    } else if (const auto* number = value.if_double()) {
      std::array<char, 32> digits{};
      auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *number).ptr;
      text.append(digits.data(), end);
    } else {
      text += weir::to_text(value);
    }
  }

  const Resolve& resolve_;
};

/// Null when `step` is no index of `array`.
const json* item_at(const JsonArray& array, std::string_view step) {
  std::size_t index = 0;
  auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
  bool whole = error == std::errc{} && end == step.data() + step.size();
  return whole && index < array.size() ? &array[index] : nullptr;
}

const json* member_at(const json& value, std::string_view step) {
  const auto* array = value.if_array();
  return array ? item_at(*array, step) : find(value, step);
}

/// Why `value`, called `shown`, has no `step`.
std::unexpected<Error> has_no(const json& value, const std::string& shown, const std::string& step) {
  if (const auto* object = value.if_object()) {
    std::vector<std::string> names;
    for (const auto& member : *object) {
      if (names.size() == suggested_from_max) break;
      names.emplace_back(member.key());
    }
    return fail(Code::not_found, fmt::format("{} has no member '{}'", shown, step),
                names.empty() ? "it is empty" : suggest(step, names));
  }
  if (const auto* array = value.if_array()) {
    return fail(Code::not_found, fmt::format("{} is an array without an item '{}'", shown, step),
                array->empty() ? "it is empty" : fmt::format("its items are 0 to {}", array->size() - 1));
  }
  return fail(Code::not_found,
              fmt::format("{} is {} and has no member '{}'", shown, type_phrase(value), step));
}

}  // namespace

Result<json> render(const json& compiled, const Resolve& resolve) {
  return Renderer(resolve).render(compiled);
}

Result<const json*> walk(const json& value, std::span<const std::string> steps, const std::string& shown) {
  return walk(value, steps, shown, [](const json& here) { return Result<const json*>(&here); });
}

Result<const json*> walk(const json& value, std::span<const std::string> steps, const std::string& shown,
                         const Open& open) {
  const json* here = &value;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    auto name_of_here = [&] {
      auto tail = to_text(steps.first(i));
      bool dotted = !tail.empty() && !tail.starts_with('[');
      return shown + (dotted ? "." : "") + tail;
    };
    auto opened = open(*here);
    if (!opened) return std::unexpected(within(name_of_here(), opened.error()));
    const json* next = member_at(**opened, steps[i]);
    if (!next) return has_no(**opened, name_of_here(), steps[i]);
    here = next;
  }
  return here;
}

}  // namespace weir::core
