#include "yaml/tree_builder.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "yaml/quotes.h"
#include "yaml/scalar.h"

namespace weir::yaml {
namespace {

constexpr std::string_view mapping_tag = "tag:yaml.org,2002:map";
constexpr std::string_view sequence_tag = "tag:yaml.org,2002:seq";

Position position_of(const YAML::Mark& mark) { return static_cast<Position>(std::max(mark.pos, 0)); }

bool allowed_tag(Node::Type type, std::string_view tag) {
  return tag.empty() || tag == "?" || tag == "!" ||
         tag == (type == Node::Type::mapping ? mapping_tag : sequence_tag);
}

}  // namespace

std::optional<Document> TreeBuilder::take() {
  if (stopped_ || !finished_) return std::nullopt;
  return std::move(document_);
}

std::optional<Position> TreeBuilder::open_bracket() const {
  for (auto frame = frames_.rbegin(); frame != frames_.rend() && frame->bracketed; ++frame) {
    Position at = after_properties(text_, frame->node->at);
    // A pair in a list, [a: 1], is a mapping without a bracket of its own.
    if (at < text_.size() && (text_[at] == '[' || text_[at] == '{')) return at;
  }
  return std::nullopt;
}

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (started_) {
    stop(position_of(mark), "a second YAML document starts here",
         "a flow file holds one; check the indentation, or remove what follows");
  }
  started_ = true;
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (!note(mark)) return;
  // The mark of a value that is missing altogether is that of whatever follows: the key says more.
  bool has_key = !frames_.empty() && frames_.back().key;
  Position at = has_key ? frames_.back().key->at : position_of(mark);
  if (Node* node = add({.at = at})) deliver(*node, anchor);
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (!note(mark)) return;
  auto found = anchors_.find(anchor);
  if (found != anchors_.end()) return deliver(*found->second);
  stop(position_of(mark), "this alias stands inside what it names", "a value cannot contain itself");
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  if (!note(mark)) return;
  if (auto start = after_properties(text_, last_event_); is_unclosed_quote(text_, start)) {
    add_unclosed_quote(faults_, start);
    stopped_ = true;
    return;
  }
  auto scalar = from_tagged(value, tag);
  if (!scalar) faults_.add(position_of(mark), scalar.error());
  Node node{
      .quoted = tag != "?", .at = position_of(mark), .scalar = scalar.value_or(json(value)), .text = value};
  if (Node* added = add(std::move(node))) deliver(*added, anchor);
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                  YAML::EmitterStyle::value style) {
  open(Node::Type::sequence, mark, tag, anchor, style == YAML::EmitterStyle::Flow);
}

void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value style) {
  open(Node::Type::mapping, mark, tag, anchor, style == YAML::EmitterStyle::Flow);
}

bool TreeBuilder::note(const YAML::Mark& mark) {
  if (!stopped_) last_event_ = position_of(mark);
  return !stopped_;
}

void TreeBuilder::stop(Position at, std::string message, std::string hint) {
  if (!std::exchange(stopped_, true)) faults_.add(at, std::move(message), std::move(hint));
}

Node* TreeBuilder::add(Node node) {
  if (document_.size() < limits_.nodes) return &document_.add(std::move(node));
  stop(node.at, fmt::format("more than {} values in one file", nodes_max), "split the flow");
  return nullptr;
}

void TreeBuilder::open(Node::Type type, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       bool bracketed) {
  if (!note(mark)) return;
  Position at = position_of(mark);
  if (frames_.size() >= limits_.depth)
    return stop(at, fmt::format("nested deeper than {} levels", depth_max));
  if (!allowed_tag(type, tag)) {
    faults_.add(at, fmt::format("the tag '{}' is not supported", tag),
                "remove it; plain values, lists and mappings need no tag");
  }
  if (Node* node = add({.type = type, .at = at})) {
    frames_.push_back({.node = node, .anchor = anchor, .bracketed = bracketed});
  }
}

void TreeBuilder::close() {
  if (stopped_) return;
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  if (!frame.merged.empty()) merge(frame);
  measure(*frame.node);
  if (!stopped_) deliver(*frame.node, frame.anchor);
}

void TreeBuilder::deliver(Node& node, YAML::anchor_t anchor) {
  if (anchor != 0) anchors_[anchor] = &node;
  deliver(node);
}

void TreeBuilder::deliver(const Node& node) {
  if (frames_.empty()) {
    document_.set_root(node);
    finished_ = true;
    return;
  }
  Frame& frame = frames_.back();
  if (frame.node->type == Node::Type::sequence) {
    frame.node->items.push_back(&node);
  } else if (frame.key) {
    take_value(frame, *std::exchange(frame.key, std::nullopt), node);
  } else {
    take_key(frame, node);
  }
}

void TreeBuilder::take_key(Frame& frame, const Node& node) {
  bool scalar = node.type == Node::Type::scalar;
  Key key{.name = node.text, .at = last_event_, .merges = scalar && !node.quoted && node.text == "<<"};
  if (!scalar || node.is_null()) {
    key.refused = true;
    bool unquoted_template = text_.substr(std::min(frame.node->at, text_.size())).starts_with("{{");
    faults_.add(unquoted_template ? frame.node->at : node.at,
                fmt::format("a key must be text, not {}", type_phrase(node)),
                unquoted_template ? "put quotes around a template: \"{{ … }}\"" : "write key: value");
  } else if (auto [first, fresh] = frame.seen.emplace(key.name, key.at); !fresh) {
    key.refused = true;
    faults_.add(key.at, fmt::format("the key '{}' is there twice", key.name), "keep one of them");
  }
  frame.key = std::move(key);
}

void TreeBuilder::take_value(Frame& frame, Key key, const Node& node) {
  if (key.refused) return;
  if (!key.merges) {
    ++members_;
    frame.node->members.push_back({std::move(key.name), key.at, &node});
    return;
  }
  auto is_mapping = [](const Node* item) { return item->type == Node::Type::mapping; };
  if (is_mapping(&node)) {
    frame.merged.push_back(&node);
  } else if (node.type == Node::Type::sequence && std::ranges::all_of(node.items, is_mapping)) {
    std::ranges::copy(node.items, std::back_inserter(frame.merged));
  } else {
    faults_.add(key.at, fmt::format("'<<' takes a mapping or a list of mappings, not {}", type_phrase(node)));
  }
}

void TreeBuilder::merge(Frame& frame) {
  for (const Node* mapping : frame.merged) {
    if (members_ + mapping->members.size() > limits_.nodes) {
      return stop(frame.node->at, fmt::format("more than {} values, aliases written out", nodes_max));
    }
    members_ += mapping->members.size();
    merge_from(frame, *mapping);
  }
}

/// What the mapping has itself wins over what it merges, and the first one merged over those after it.
void TreeBuilder::merge_from(Frame& frame, const Node& mapping) {
  for (const auto& member : mapping.members) {
    if (frame.seen.emplace(member.name, member.name_at).second) frame.node->members.push_back(member);
  }
}

void TreeBuilder::measure(Node& node) {
  std::size_t deepest = 0;
  auto count = [&](const Node& below) {
    node.size += below.size;
    deepest = std::max(deepest, below.depth);
  };
  for (const Node* item : node.items) count(*item);
  for (const auto& member : node.members) count(*member.value);
  node.depth = deepest + 1;
  if (node.size > limits_.nodes)
    stop(node.at, fmt::format("more than {} values, aliases written out", nodes_max));
  if (node.depth > limits_.depth) stop(node.at, fmt::format("nested deeper than {} levels", depth_max));
}

}  // namespace weir::yaml
