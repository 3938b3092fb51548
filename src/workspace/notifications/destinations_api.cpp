#include "workspace/notifications/destinations_api.h"

#include <fmt/format.h>

#include "base/ids.h"
#include "workspace/rest/fields.h"

namespace weir::workspace {
namespace {

constexpr std::int64_t page_size_default = 20;
constexpr std::int64_t page_size_max = 100;

/// A version 4 UUID.
std::string new_id() {
  SystemRandom random;
  std::uint64_t high = random.next();
  std::uint64_t low = random.next();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32, high >> 16 & 0xFFFF, high & 0xFFF,
                     (low >> 48 & 0x3FFF) | 0x8000, low & 0xFFFF'FFFF'FFFF);
}

}  // namespace

void DestinationsApi::add_routes(Router& router) {
  auto add = [&](std::string_view method, std::string_view path,
                 Reply (DestinationsApi::*handler)(const Call&), const std::vector<Field>& fields = {}) {
    router.add_api({"2.0"}, path,
                   {.method = std::string(method),
                    .handler = [this, handler](const Call& call) { return (this->*handler)(call); },
                    .fields = fields});
  };
  const std::vector<Field> given{works("display_name"),
                                 works("config", "generic_webhook sends; others are kept")};
  add("POST", "notification-destinations", &DestinationsApi::create, given);
  add("GET", "notification-destinations", &DestinationsApi::list, {works("page_size"), works("page_token")});
  add("GET", "notification-destinations/{id}", &DestinationsApi::get);
  add("PATCH", "notification-destinations/{id}", &DestinationsApi::update, given);
  add("DELETE", "notification-destinations/{id}", &DestinationsApi::remove);
}

Answer<Destination> DestinationsApi::destination_of(const Call& call) {
  Fields in(call.fields);
  std::string id = in.text("id");
  if (in.refusal()) return std::unexpected(*in.refusal());
  auto found = store_.find(id);
  if (!found) return internal_error(found.error());
  if (!*found) return does_not_exist(fmt::format("Notification destination {} does not exist.", id));
  return std::move(**found);
}

Reply DestinationsApi::keep(Destination destination) {
  auto type = type_of_destination(destination.config);
  if (!type) return std::unexpected(type.error());
  if (!destination.type.empty() && destination.type != *type)
    return invalid_parameter(fmt::format(
        "The type of a notification destination cannot change: this one is {}.", destination.type));
  destination.type = *type;
  auto put = store_.put(destination, to_millis(clock_.now()));
  return put ? ok(show_destination(destination)) : internal_error(put.error());
}

Reply DestinationsApi::create(const Call& call) {
  Fields in(call.fields);
  Destination destination{.id = new_id(), .name = in.text("display_name")};
  const JsonObject* config = in.optional_object("config");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (!config) return invalid_parameter("Missing required field: config.");
  destination.config = *config;
  return keep(std::move(destination));
}

Reply DestinationsApi::get(const Call& call) {
  auto destination = destination_of(call);
  return destination ? ok(show_destination(*destination)) : std::unexpected(destination.error());
}

Reply DestinationsApi::list(const Call& call) {
  Fields in(call.fields);
  std::int64_t size = in.integer_or("page_size", page_size_default);
  std::string above = in.text_or("page_token", "");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (size < 1 || size > page_size_max)
    return invalid_parameter(fmt::format("'page_size' must be from 1 to {}.", page_size_max));
  auto found = store_.list(above, size + 1);
  if (!found) return internal_error(found.error());
  JsonObject page;
  if (std::ssize(*found) > size) {
    found->pop_back();
    page["next_page_token"] = found->back().id;
  }
  JsonArray shown;
  for (const Destination& one : *found) shown.push_back(show_destination(one));
  if (!shown.empty()) page["results"] = std::move(shown);
  return ok(std::move(page));
}

Reply DestinationsApi::update(const Call& call) {
  auto destination = destination_of(call);
  if (!destination) return std::unexpected(destination.error());
  Fields in(call.fields);
  destination->name = in.text_or("display_name", destination->name);
  const JsonObject* config = in.optional_object("config");
  if (in.refusal()) return std::unexpected(*in.refusal());
  if (config) destination->config = *config;
  return keep(std::move(*destination));
}

Reply DestinationsApi::remove(const Call& call) {
  auto destination = destination_of(call);
  if (!destination) return std::unexpected(destination.error());
  auto removed = store_.remove(destination->id);
  return removed ? ok() : internal_error(removed.error());
}

}  // namespace weir::workspace
