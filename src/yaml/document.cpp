#include "yaml/document.h"

#include <algorithm>
#include <charconv>

#include "core/kind.h"

namespace weir::yaml {
namespace {

/// Takes the first step off a JSON pointer.
std::string take_step(std::string_view& pointer) {
  pointer.remove_prefix(1);
  auto end = std::min(pointer.find('/'), pointer.size());
  std::string step;
  for (std::size_t i = 0; i < end; ++i) {
    bool escaped = pointer[i] == '~' && i + 1 < end;
    step += !escaped ? pointer[i] : pointer[++i] == '0' ? '~' : '/';
  }
  pointer.remove_prefix(end);
  return step;
}

const Node* find_item(const Node& node, std::string_view step) {
  std::size_t index = 0;
  auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
  return error == std::errc{} && index < node.items.size() ? node.items[index] : nullptr;
}

}  // namespace

json to_json(const Node& node) {
  if (node.type == Node::Type::scalar) return node.scalar;
  if (node.type == Node::Type::sequence) {
    JsonArray array;
    array.reserve(node.items.size());
    for (const Node* item : node.items) array.push_back(to_json(*item));
    return array;
  }
  JsonObject object;
  object.reserve(node.members.size());
  for (const auto& member : node.members) object.emplace(member.name, to_json(*member.value));
  return object;
}

const Member* find_member(const Node& node, std::string_view name) {
  auto found = std::ranges::find(node.members, name, &Member::name);
  return found == node.members.end() ? nullptr : &*found;
}

Place locate(const Node& node, std::string_view pointer) {
  Place place{node.at, node.at};
  const Node* here = &node;
  while (pointer.starts_with('/')) {
    auto step = take_step(pointer);
    if (const Member* member = find_member(*here, step)) {
      place = {member->name_at, member->value->at};
      here = member->value;
    } else if (const Node* item = find_item(*here, step)) {
      place = {item->at, item->at};
      here = item;
    } else {
      break;
    }
  }
  return place;
}

std::string type_phrase(const Node& node) {
  switch (node.type) {
    case Node::Type::sequence:
      return "a list";
    case Node::Type::mapping:
      return "a mapping";
    case Node::Type::scalar:
      break;
  }
  return node.is_text() ? "text" : core::type_phrase(node.scalar);
}

}  // namespace weir::yaml
