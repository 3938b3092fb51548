// What the APIs of kept objects have in common: to find one by its id, to make one, to change and to remove it, and to
// answer in the API's words when it is not there or its name is taken.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workspace/kept/kept_store.h"
#include "workspace/rest/router.h"

namespace weir::workspace {

class KeptObjects {
 public:
  /// `id_field` ("policy_id") and `name_field` ("name") are what the API calls these.
  KeptObjects(State& state, std::string kind, std::string id_field, std::string name_field)
      : store_(state, std::move(kind)), id_field_(std::move(id_field)), name_field_(std::move(name_field)) {}

  Answer<std::vector<JsonObject>> all();
  Answer<JsonObject> of(const Call& call);  ///< 404 RESOURCE_DOES_NOT_EXIST

  /// Keeps `object` under a new id, which it then holds. 400 when it has no name, or one that another object has.
  Answer<JsonObject> add(JsonObject object);
  Answer<void> replace(const JsonObject& object);  ///< by the id in it; its name may be its own
  Answer<void> remove(const Call& call);

 private:
  Answer<void> check_name(const JsonObject& object);

  KeptStore store_;
  std::string id_field_;
  std::string name_field_;
};

/// All of a request but those fields.
JsonObject without(const JsonObject& object, std::initializer_list<std::string_view> fields);

}  // namespace weir::workspace
