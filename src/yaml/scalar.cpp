#include "yaml/scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

namespace weir::yaml {
namespace {

constexpr std::string_view core_prefix = "tag:yaml.org,2002:";
constexpr const char* quote_it = "put quotes around it if it is meant as text";

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view without_sign(std::string_view text) {
  bool is_signed = text.starts_with('-') || text.starts_with('+');
  return is_signed ? text.substr(1) : text;
}

/// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool looks_like_float(std::string_view text) {
  auto take_digits = [&] {
    std::size_t count = 0;
    while (count < text.size() && is_digit(text[count])) ++count;
    text.remove_prefix(count);
    return count;
  };
  text = without_sign(text);
  std::size_t digits = take_digits();
  bool pointed = text.starts_with('.');
  if (pointed) {
    text.remove_prefix(1);
    std::size_t fraction = take_digits();
    digits += fraction;
  }
  if (digits == 0) return false;
  if (text.empty()) return true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  text = without_sign(text.substr(1));
  return take_digits() > 0 && text.empty();
}

Result<json> too_big(std::string_view text) {
  return fail(Code::invalid, fmt::format("the number {} does not fit in 64 bits", text), quote_it);
}

Result<json> integer(std::string_view text, std::string_view digits, int base) {
  bool negative = text.starts_with('-');
  std::uint64_t size = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size, base);
  if (error != std::errc{}) return too_big(text);
  constexpr std::uint64_t negative_size_max = std::uint64_t{1} << 63;
  if (negative && size > negative_size_max) return too_big(text);
  if (negative) return json(static_cast<std::int64_t>(0 - size));
  if (size < negative_size_max) return json(static_cast<std::int64_t>(size));
  return json(size);
}

Result<json> floating(std::string_view text) {
  auto unsigned_text = without_sign(text);
  double size = 0;
  auto [end, error] =
      std::from_chars(unsigned_text.data(), unsigned_text.data() + unsigned_text.size(), size);
  if (error != std::errc{} || !std::isfinite(size)) return too_big(text);
  return json(text.starts_with('-') ? -size : size);
}

bool all_in(std::string_view text, std::string_view alphabet) {
  return !text.empty() && text.find_first_not_of(alphabet) == text.npos;
}

/// The number `text` spells, nullopt when it spells none.
std::optional<Result<json>> number(std::string_view text) {
  constexpr std::string_view decimal = "0123456789";
  if (all_in(without_sign(text), decimal)) return integer(text, without_sign(text), 10);
  if (text.starts_with("0o") && all_in(text.substr(2), "01234567")) return integer(text, text.substr(2), 8);
  if (text.starts_with("0x") && all_in(text.substr(2), "0123456789abcdefABCDEF")) {
    return integer(text, text.substr(2), 16);
  }
  if (looks_like_float(text)) return floating(text);
  return std::nullopt;
}

Result<json> typed(std::string_view text, std::string_view type) {
  auto value = from_plain(text);
  if (!value) return value;
  bool fits = (type == "int" && (value->is_int64() || value->is_uint64())) ||
              (type == "bool" && value->is_bool()) || (type == "float" && value->is_number()) ||
              (type == "null" && value->is_null());
  if (!fits) return fail(Code::invalid, fmt::format("'{}' is not of the type !!{}", text, type));
  if (type == "float") return json(value->to_number<double>());
  return value;
}

}  // namespace

Result<json> from_plain(std::string_view text) {
  if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return json(nullptr);
  if (is_one_of(text, {"true", "True", "TRUE"})) return json(true);
  if (is_one_of(text, {"false", "False", "FALSE"})) return json(false);
  if (is_one_of(without_sign(text), {".inf", ".Inf", ".INF"}) || is_one_of(text, {".nan", ".NaN", ".NAN"})) {
    return fail(Code::invalid, fmt::format("{} cannot be written in JSON", text), quote_it);
  }
  if (auto value = number(text)) return *value;
  return json(text);
}

Result<json> from_tagged(std::string_view text, std::string_view tag) {
  if (tag == "?") return from_plain(text);
  if (tag == "!") return json(text);
  if (tag.starts_with(core_prefix)) {
    auto type = tag.substr(core_prefix.size());
    if (type == "str") return json(text);
    if (is_one_of(type, {"int", "bool", "float", "null"})) return typed(text, type);
  }
  return fail(Code::invalid, fmt::format("the tag '{}' is not supported", tag),
              "remove it; plain values, lists and mappings need no tag");
}

}  // namespace weir::yaml
