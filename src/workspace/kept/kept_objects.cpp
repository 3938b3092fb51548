#include "workspace/kept/kept_objects.h"

#include <fmt/format.h>

#include "base/ids.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

constexpr std::uint64_t id_min = 100'000'000'000'000;  ///< 15 digits: a number in JSON holds them
constexpr std::size_t objects_max = 1000;              ///< of one kind

}  // namespace

JsonObject without(const JsonObject& object, std::initializer_list<std::string_view> fields) {
  JsonObject rest;
  for (const auto& [name, value] : object)
    if (!value.is_null() && std::ranges::find(fields, std::string_view(name)) == fields.end())
      rest[name] = value;
  return rest;
}

Answer<std::vector<JsonObject>> KeptObjects::all() {
  auto objects = store_.all();
  if (!objects) return internal_error(objects.error());
  return std::move(*objects);
}

Answer<JsonObject> KeptObjects::of(const Call& call) {
  Fields in(call.fields);
  std::string id = in.text(id_field_);
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto object = store_.find(id);
  if (!object) return internal_error(object.error());
  if (!*object) return does_not_exist(fmt::format("There is no {} with the id {}.", store_.kind(), id));
  return std::move(**object);
}

Answer<void> KeptObjects::check_name(const JsonObject& object) {
  Fields in(object);
  std::string name = in.text(name_field_);
  std::string id = in.text_or(id_field_, "");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (name.empty()) return invalid_parameter(fmt::format("Field '{}' may not be empty.", name_field_));
  auto objects = all();
  if (!objects) return std::unexpected(objects.error());
  for (const auto& other : *objects)
    if (string_or(json(other), name_field_, "") == name && string_or(json(other), id_field_, "") != id)
      return refuse(400, "INVALID_PARAMETER_VALUE",
                    fmt::format("There is another {} with the name {}.", store_.kind(), name));
  if (id.empty() && objects->size() >= objects_max)
    return refuse(400, "QUOTA_EXCEEDED",
                  fmt::format("There are {} of these, which is the limit.", objects_max));
  return {};
}

Answer<JsonObject> KeptObjects::add(JsonObject object) {
  object.erase(id_field_);
  if (auto checked = check_name(object); !checked) return std::unexpected(checked.error());
  SystemRandom random;
  std::string id = std::to_string(id_min + random.next() % (9 * id_min));
  object[id_field_] = id;
  if (auto kept = store_.put(id, object); !kept) return internal_error(kept.error());
  return object;
}

Answer<void> KeptObjects::replace(const JsonObject& object) {
  if (auto checked = check_name(object); !checked) return checked;
  auto kept = store_.put(string_or(json(object), id_field_, ""), object);
  if (!kept) return internal_error(kept.error());
  return {};
}

Answer<void> KeptObjects::remove(const Call& call) {
  if (auto object = of(call); !object) return std::unexpected(object.error());
  Fields in(call.fields);
  auto removed = store_.remove(in.text(id_field_));
  if (!removed) return internal_error(removed.error());
  return {};
}

}  // namespace weir::workspace
