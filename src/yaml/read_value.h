// Single values of a flow file, read as what they must be. Every function reports what is wrong and answers
// nothing then; `name` is the key the value stands under, as messages call it. Templates are refused: what is
// read here is known before anything runs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "yaml/document.h"
#include "yaml/faults.h"

namespace weir::yaml {

template <class Number>
struct Range {
  Number first{};
  Number last{};
};

std::optional<bool> read_flag(std::string_view name, const Node& node, Faults& faults);
std::optional<std::int64_t> read_integer(std::string_view name, const Node& node, Range<std::int64_t> range,
                                         Faults& faults);
std::optional<double> read_number(std::string_view name, const Node& node, Range<double> range,
                                  Faults& faults);
std::optional<Duration> read_duration(std::string_view name, const Node& node, Faults& faults);

/// A limit on time: longer than nothing.
std::optional<Duration> read_timeout(std::string_view name, const Node& node, Faults& faults);

/// Text, or with `numbers` also a number as it was written.
std::optional<std::string> read_text(std::string_view name, const Node& node, Faults& faults,
                                     bool numbers = false);

/// One of `choices`.
std::optional<std::string> read_choice(std::string_view name, const Node& node,
                                       std::span<const std::string> choices, Faults& faults);

struct PlacedText {
  std::string text{};
  Position at = 0;
};

/// One text, or a list of texts; what is wrong in a list is left out.
std::vector<PlacedText> read_texts(std::string_view name, const Node& node, Faults& faults);

/// Reports a member that is not among `known`.
void refuse_unknown_members(const Node& mapping, std::span<const std::string> known, Faults& faults);

/// True, and reported, when the text is a template: they are looked up in the inputs of tasks and a few
/// policies, and nowhere else.
bool refuse_template(const Node& node, Faults& faults);

/// Reports a name that breaks the rules of names. `what` is "task", "flow", "parameter" or "limit".
bool check_name(std::string_view what, std::string_view name, Position at, Faults& faults);

/// A scalar as it was written, anything else by its type.
std::string shown(const Node& node);

}  // namespace weir::yaml
