#include "core/scope.h"

#include <list>

#include <fmt/format.h>

#include "base/nearest.h"
#include "core/kind.h"

namespace weir::core {
namespace {

constexpr std::uint32_t elements_max = 10'000'000;

/// A value that was found. What is inside of a stored value is plain: nothing in it is a wrapped one.
struct Found {
  const json* value = nullptr;
  bool is_plain = false;
};

/// Resolves look-ups for one task run. Values it points to live in the run or in itself.
class Scope {
 public:
  Scope(const Run& run, TaskIndex task, Values& values, Wrapped wrapped = Wrapped::filled_in)
      : run_(run), task_(task), values_(values), wrapped_(wrapped) {}

  Result<json> fill(const json& compiled) {
    return render(compiled, [this](std::span<const std::string> path) { return resolve(path); });
  }

  /// Item `element` of a mapped task's source.
  Result<json> item_of(const MapSource& source, std::uint32_t element) {
    if (source.by_element >= 0) {
      const auto& upstream = run_.stage(static_cast<StageIndex>(source.by_element));
      const json* value = run_.value(upstream.first + element);
      return value ? *value : json(nullptr);
    }
    if (const auto* array = source.compiled.if_array()) {
      return Scope(run_, task_, values_, Wrapped::kept).fill(array->at(element));
    }
    auto whole = array_of(source);
    if (!whole) return std::unexpected(whole.error());
    const json& item = whole->value->get_array().at(element);
    return whole->is_plain ? guarded(item) : item;
  }

  Result<std::size_t> length_of(const MapSource& source) {
    if (source.by_element >= 0) return run_.stage(static_cast<StageIndex>(source.by_element)).count;
    if (const auto* array = source.compiled.if_array()) return array->size();
    auto whole = array_of(source);
    if (!whole) return std::unexpected(whole.error());
    return whole->value->get_array().size();
  }

 private:
  /// The array a source names, where it is, without a copy.
  Result<Found> array_of(const MapSource& source) {
    auto refuse = [&](const json& value) {
      std::string name = source.name.empty() ? "map" : "map." + source.name;
      return fail(Code::invalid, fmt::format("{} is {}, not an array", name, type_phrase(value)),
                  "a task is mapped over the items of an array");
    };
    auto lookups = lookups_in(source.compiled);
    if (!is_hole(source.compiled) || lookups.empty()) return refuse(source.compiled);
    auto found = locate(lookups.front().path);
    if (found) found = opened(*found);
    if (!found) return std::unexpected(within("map", found.error()));
    return found->value->is_array() ? found : refuse(*found->value);
  }

  Result<const json*> resolve(std::span<const std::string> path) {
    auto found = locate(path);
    if (!found) return std::unexpected(found.error());
    bool is_as_wanted = found->is_plain == (wrapped_ == Wrapped::filled_in);
    if (is_as_wanted || !shape_of(*found->value).wraps) return found->value;
    if (found->is_plain) return &made_.emplace_back(guarded(*found->value));
    if (is_wrapped(*found->value)) {
      auto content = opened(*found);
      return content ? Result<const json*>(content->value) : std::unexpected(content.error());
    }
    auto plain = plain_value(*found->value, run_.about().id, values_);
    if (!plain) return std::unexpected(plain.error());
    return &made_.emplace_back(std::move(*plain));
  }

  Result<Found> locate(std::span<const std::string> path) {
    if (path.empty()) return fail(Code::invalid, "an empty template names nothing");
    if (path[0] == "tasks") return task_result(path);
    if (path[0] == "parameters") return parameter(path);
    if (path[0] == "item" || path[0] == "index") return element(path);
    return inside(about(), path, "the template");
  }

  /// What is behind `path`, through wrapped values if need be.
  Result<Found> inside(const json& value, std::span<const std::string> path, const std::string& shown,
                       bool is_plain = false) {
    Found here{&value, is_plain};
    auto found = walk(value, path, shown, [&](const json& step) -> Result<const json*> {
      here.value = &step;
      auto content = opened(here);
      if (!content) return std::unexpected(content.error());
      here = *content;
      return here.value;
    });
    if (!found) return std::unexpected(found.error());
    return Found{*found, here.is_plain};
  }

  /// Itself, or what it stands for when it is wrapped.
  Result<Found> opened(const Found& found) {
    if (found.is_plain || !is_wrapped(*found.value)) return found;
    auto content = unwrap(*found.value, run_.about().id, values_);
    if (!content) return std::unexpected(content.error());
    loaded_.push_back(std::move(*content));
    return Found{loaded_.back().get(), true};
  }

  /// A plain value in a place where it could be taken for a wrapped one.
  static json guarded(const json& plain) {
    if (!shape_of(plain).wraps) return plain;
    return JsonObject{{"$value", JsonObject{{"codec", "json"}, {"data", plain}}}};
  }

  /// Small values that templates can name besides parameters and results.
  const json& about() {
    if (about_.is_null()) {
      const auto& about = run_.about();
      about_ = {{"run", {{"id", about.id}, {"name", about.name}}}, {"flow", {{"name", about.flow}}}};
    }
    return about_;
  }

  /// Parameters come from people, and are plain.
  Result<Found> parameter(std::span<const std::string> path) {
    if (parameters_.is_null()) parameters_ = run_.about().parameters;
    return inside(parameters_, path.subspan(1), "parameters", true);
  }

  Result<Found> task_result(std::span<const std::string> path) {
    if (path.size() < 3 || path[2] != "result") {
      return fail(Code::invalid, fmt::format("'{}' names no result", to_text(path)),
                  "write tasks.<key>.result");
    }
    auto task = run_.index_of(path[1]);
    const json* value = task ? run_.value(*task) : nullptr;
    if (!value) return fail(Code::invalid, fmt::format("task '{}' has no result", path[1]));
    return inside(*value, path.subspan(3), fmt::format("tasks.{}.result", path[1]));
  }

  Result<Found> element(std::span<const std::string> path) {
    auto element = run_.element_of(task_);
    if (!element) {
      return fail(Code::invalid, fmt::format("'{}' is known in a mapped task only", path[0]),
                  "give the task a 'map'");
    }
    if (element_.is_null()) {
      auto item = item_for(*element);
      if (!item) return std::unexpected(item.error());
      element_ = {{"item", std::move(*item)}, {"index", *element}};
    }
    return inside(element_, path, "the element");
  }

  Result<json> item_for(std::uint32_t element) {
    const auto& sources = run_.stage(run_.stage_of(task_)).sources;
    if (sources.size() == 1 && sources.front().name.empty()) return item_of(sources.front(), element);
    JsonObject item;
    for (const auto& source : sources) {
      auto part = item_of(source, element);
      if (!part) return part;
      item[source.name] = std::move(*part);
    }
    return item;
  }

  const Run& run_;
  TaskIndex task_;
  Values& values_;
  Wrapped wrapped_;
  std::vector<std::shared_ptr<const json>> loaded_{};
  std::list<json> made_{};  ///< stays where it is; costs nothing while there is nothing in it
  json about_{};
  json parameters_{};
  json element_{};
};

/// A map that looked up its own item would have no end.
Result<void> check_source(const MapSource& source) {
  for (const auto& lookup : lookups_in(source.compiled)) {
    if (lookup.path.empty() || (lookup.path[0] != "item" && lookup.path[0] != "index")) continue;
    return fail(Code::invalid, fmt::format("map cannot look up '{}'", to_text(lookup.path)),
                "an item is known once it is known what the task is mapped over; use it in the inputs");
  }
  return {};
}

}  // namespace

Result<json> render_inputs(const Run& run, TaskIndex task, Values& values, Wrapped wrapped) {
  return Scope(run, task, values, wrapped).fill(run.spec(task).inputs);
}

Result<std::uint32_t> elements_of(const Run& run, TaskIndex head, Values& values) {
  Scope scope(run, head, values);
  const auto& sources = run.stage(run.stage_of(head)).sources;
  std::optional<std::size_t> length;
  for (const auto& source : sources) {
    if (auto fine = check_source(source); !fine) return std::unexpected(fine.error());
    auto found = scope.length_of(source);
    if (!found) return std::unexpected(found.error());
    if (length && *length != *found) {
      return fail(Code::invalid,
                  fmt::format("map.{} has {} items, map.{} has {}", sources.front().name, *length,
                              source.name, *found),
                  "arrays that are mapped together must have one length");
    }
    length = *found;
  }
  if (length.value_or(0) > elements_max) {
    return fail(Code::invalid, fmt::format("map has {} items, more than {}", *length, elements_max));
  }
  return static_cast<std::uint32_t>(length.value_or(0));
}

Result<bool> is_wanted(const Run& run, TaskIndex task, Values& values) {
  const auto& when = run.spec(task).policy.when;
  if (!when) return true;
  Scope scope(run, task, values);
  auto value = scope.fill(when->value);
  if (!value) return std::unexpected(within("when", value.error()));
  auto operand = scope.fill(when->operand);
  if (!operand) return std::unexpected(within("when", operand.error()));
  auto wanted = holds(when->is, *value, *operand);
  return wanted ? wanted : std::unexpected(within("when", wanted.error()));
}

Result<std::optional<std::string>> cache_key(const Run& run, TaskIndex task, Admission& admission) {
  const auto& spec = run.spec(task);
  const auto& cache = spec.policy.cache;
  if (!cache) return std::nullopt;
  // A reference names its value by what is in it: nothing has to be read to know whether it is the same.
  auto wrapped = cache->own_function ? Wrapped::filled_in : Wrapped::kept;
  auto identity = Scope(run, task, admission.values(), wrapped).fill(cache->key ? *cache->key : spec.inputs);
  if (!identity) return std::unexpected(identity.error());
  if (cache->own_function) {
    auto own = admission.own_cache_key(run, task, *identity);
    if (!own) return std::nullopt;  // what it is made of may mean something else to another task
    *identity = *own;
  }
  // A key of the author's own may be shared between flows and tasks; inputs mean something to one task only.
  bool own_key = cache->key || cache->own_function;
  json owner = own_key ? json(nullptr) : json(JsonArray{json(run.about().flow), json(spec.key)});
  return fingerprint_of(JsonArray{owner, json(spec.kind), json(cache->version), std::move(*identity)});
}

}  // namespace weir::core
