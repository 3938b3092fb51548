// The short texts that users and clients write: durations, paths, URLs, scalars of YAML, base64, schedules, lines of output.
// Each input is tried as every one of them.
#include <algorithm>

#include "base/duration.h"
#include "base/utf8.h"
#include "databricks/wire/base64.h"
#include "net/endpoint.h"
#include "net/http.h"
#include "process/line_splitter.h"
#include "schedule/quartz.h"
#include "target.h"
#include "workspace/files/tree_path.h"
#include "workspace/rest/page_token.h"
#include "yaml/scalar.h"

namespace weir::fuzz {
namespace {

void check_duration(std::string_view text) {
  auto duration = parse_duration(text);
  if (!duration) return;
  WEIR_CHECK(duration->count() >= 0, "no duration is negative");
  WEIR_CHECK(parse_duration(to_text(*duration)), "durations are shown as they may be written");
}

void check_tree_path(std::string_view text) {
  auto path = workspace::TreePath::parse(text);
  if (!path) return;
  WEIR_CHECK(workspace::TreePath::parse(path->text()) == *path, "a path reads back as it was");
  WEIR_CHECK(std::ranges::count(path->parts(), "..") == 0, "no path leads out");
  if (!path->is_root()) WEIR_CHECK(path->parent().contains(*path), "a path is below its parent");
}

void check_encodings(std::string_view text) {
  WEIR_CHECK(databricks::decode_base64(databricks::encode_base64(text)) == text, "base64 keeps every byte");
  WEIR_CHECK(net::percent_decode(net::percent_encode(text)) == text, "percent encoding keeps every byte");
  databricks::decode_base64(text);
  net::percent_decode(text, true);
}

/// However the bytes arrive, the lines are the same, and nothing is lost.
void check_lines(std::string_view bytes) {
  auto lines_of = [bytes](std::size_t step) {
    process::LineSplitter splitter;
    std::vector<std::string> lines;
    auto keep = [&](std::string_view line) { lines.emplace_back(line); };
    for (std::size_t at = 0; at < bytes.size(); at += step) splitter.feed(bytes.substr(at, step), keep);
    splitter.finish(keep);
    return lines;
  };
  WEIR_CHECK(lines_of(std::max<std::size_t>(1, bytes.size())) == lines_of(3),
             "lines do not depend on the pipe");
}

void check_scalar(std::string_view text) {
  auto value = yaml::from_plain(text);
  if (value && !value->is_string()) WEIR_CHECK(parse_json(to_text(*value)) == *value, "JSON can hold it");
}

void check_utf8(std::string_view bytes) {
  auto bad = first_byte_not_utf8(bytes);
  WEIR_CHECK(!bad || *bad < bytes.size(), "the bad byte is in the text");
  auto text = to_utf8(bytes);
  WEIR_CHECK(!first_byte_not_utf8(text) && (text == bytes) == !bad,
             "what is text stays, the rest becomes text");
}

void check_schedule(std::string_view text) {
  constexpr schedule::LocalSeconds from{std::chrono::seconds(1'768'392'000)};
  schedule::ZoneRule::parse(text);
  auto quartz = schedule::Quartz::parse(text);
  if (!quartz) return WEIR_CHECK(!quartz.error().empty(), "who is refused is told why");
  auto next = quartz->next_after(from);
  if (!next) return;
  WEIR_CHECK(*next > from, "what comes next comes later");
  WEIR_CHECK(quartz->next_after(*next - std::chrono::seconds(1)) == next,
             "and is the same seen from just before");
}

}  // namespace

void take_short_texts(std::string_view input) {
  check_duration(input);
  check_tree_path(input);
  check_encodings(input);
  check_lines(input);
  check_scalar(input);
  check_utf8(input);
  check_schedule(input);
  if (auto endpoint = net::endpoint_of(std::string(input)))
    WEIR_CHECK(!endpoint->name.empty(), "a URL has a host");
  workspace::id_of_page_token(std::string(input));
}

}  // namespace weir::fuzz
