// Reading JSON. Boost.JSON 1.81 by itself is off by the last bit in some numbers of many digits, and turns those that do
// not fit into infinity. So only its events are used: numbers are read by the standard library, which is exact.
#include <algorithm>
#include <charconv>

#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>

#include "base/json.h"

namespace weir {
namespace {

constexpr std::size_t depth_max = 64;

using boost::json::error_code;
using boost::json::string_view;

/// Builds the value from the parser's events. The whole text is parsed at once, so numbers come in one part.
class Builder {
 public:
  static constexpr std::size_t max_object_size = JsonObject::max_size();
  static constexpr std::size_t max_array_size = JsonArray::max_size();
  static constexpr std::size_t max_key_size = boost::json::string::max_size();
  static constexpr std::size_t max_string_size = boost::json::string::max_size();

  Builder() { values_.reset(); }
  json release() { return values_.release(); }

  /// The number that did not fit, if that is why parsing ended.
  const char* misfit() const { return misfit_; }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return true; }
  bool on_object_end(std::size_t size, error_code&) {
    values_.push_object(size);
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t size, error_code&) {
    values_.push_array(size);
    return true;
  }
  bool on_key_part(string_view part, std::size_t, error_code&) { return on_part(part); }
  bool on_key(string_view rest, std::size_t, error_code&) {
    values_.push_key(rest);
    return true;
  }
  bool on_string_part(string_view part, std::size_t, error_code&) { return on_part(part); }
  bool on_string(string_view rest, std::size_t, error_code&) {
    values_.push_string(rest);
    return true;
  }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t number, string_view, error_code&) {
    values_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, string_view, error_code&) {
    values_.push_uint64(number);
    return true;
  }
  bool on_double(double, string_view text, error_code& error) {
    double number = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc{}) {
      misfit_ = text.data();
      error = boost::json::error::exponent_overflow;
      return false;
    }
    values_.push_double(number);
    return true;
  }
  bool on_bool(bool truth, error_code&) {
    values_.push_bool(truth);
    return true;
  }
  bool on_null(error_code&) {
    values_.push_null();
    return true;
  }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

 private:
  bool on_part(string_view part) {
    values_.push_chars(part);
    return true;
  }

  boost::json::value_stack values_;
  const char* misfit_ = nullptr;
};

std::unexpected<Error> not_json(std::string_view text, std::size_t at, const std::string& why) {
  auto upto = text.substr(0, std::min(at, text.size()));
  auto line = 1 + std::ranges::count(upto, '\n');
  auto column = upto.size() - (upto.rfind('\n') == upto.npos ? 0 : upto.rfind('\n') + 1) + 1;
  return fail(Code::invalid, fmt::format("{}:{}: not JSON: {}", line, column, why));
}

}  // namespace

Result<json> parse_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = depth_max;
  boost::json::basic_parser<Builder> parser(options);
  error_code error;
  std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (!error && read < text.size()) error = boost::json::error::extra_data;
  if (!error) return parser.handler().release();
  if (const char* misfit = parser.handler().misfit()) {
    auto at = static_cast<std::size_t>(misfit - text.data());
    return not_json(text, at, "the number does not fit in 64 bits");
  }
  return not_json(text, read, error.message());
}

}  // namespace weir
