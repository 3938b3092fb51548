#include "net/http.h"

#include <algorithm>
#include <charconv>

namespace weir::net {
namespace {

constexpr char hex_digits[] = "0123456789ABCDEF";
constexpr std::string_view token_marks = "!#$%&'*+-.^_`|~";  // RFC 9110, section 5.6.2

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_unreserved(char c) { return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_' || c == '~'; }

bool is_token_character(char c) { return is_letter_or_digit(c) || token_marks.contains(c); }

bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

std::optional<char> decode_escape(std::string_view digits) {
  unsigned value = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  bool whole = digits.size() == 2 && error == std::errc{} && end == digits.data() + 2;
  return whole ? std::optional(static_cast<char>(value)) : std::nullopt;
}

}  // namespace

std::optional<std::string> header(const Headers& headers, std::string_view name) {
  auto found = std::ranges::find_if(headers, [&](const auto& each) { return same_name(each.first, name); });
  return found == headers.end() ? std::nullopt : std::optional(found->second);
}

bool is_header(std::string_view name, std::string_view value) {
  return !name.empty() && std::ranges::all_of(name, is_token_character) &&
         std::ranges::none_of(value, is_control);
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      auto byte = decode_escape(text.substr(i + 1, 2));
      if (!byte) return std::nullopt;
      c = *byte;
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    decoded += c;
  }
  return decoded;
}

std::string percent_encode(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  for (char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
    } else {
      auto byte = static_cast<unsigned char>(c);
      encoded += {'%', hex_digits[byte >> 4], hex_digits[byte & 15]};
    }
  }
  return encoded;
}

}  // namespace weir::net
