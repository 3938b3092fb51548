#include "core/values.h"

#include <doctest/doctest.h>

#include "base/ids.h"

using namespace weir;
using namespace weir::core;

namespace {

/// Files in memory.
class Files final : public Values {
 public:
  json add(const json& content) {
    auto name = content_digest(weir::to_text(content));
    contents[name] = std::make_shared<const json>(content);
    return to_json(StoredValue{"json", name, 10, describe(content)});
  }
  Result<std::shared_ptr<const json>> load(const std::string&, const StoredValue& stored) override {
    auto found = contents.find(stored.file);
    if (found == contents.end()) return fail(Code::not_found, "gone");
    return found->second;
  }
  std::unordered_map<std::string, std::shared_ptr<const json>> contents{};
};

}  // namespace

TEST_CASE("a reference reads back as what it was, and nothing else is one") {
  StoredValue stored{"arrow", content_digest("x"), 7, "a table"};
  auto again = stored_value_from(to_json(stored));
  REQUIRE(again);
  CHECK(again->codec == "arrow");
  CHECK(again->file == stored.file);
  CHECK(again->bytes == 7);
  CHECK(again->text == "a table");
  CHECK_FALSE(stored_value_from(json{{"$value", {{"codec", "json"}, {"file", "../x"}}}}));
  CHECK_FALSE(stored_value_from(json{{"$value", 1}, {"x", 2}}));
  CHECK(is_wrapped(json{{"$value", 1}}));
  CHECK_FALSE(is_well_wrapped(JsonArray{json{{"$value", 1}}}));
  CHECK(
      is_well_wrapped(JsonArray{to_json(stored), json{{"$value", {{"codec", "json"}, {"data", nullptr}}}}}));
}

TEST_CASE("the shape of a value tells its size, and whether something in it looks wrapped") {
  CHECK(shape_of(json(std::string(1000, 'x'))).bytes == 1002);
  CHECK_FALSE(shape_of(json{{"a", {1, 2}}}).wraps);
  CHECK(shape_of(json{{"a", {1, {{"$value", 2}}}}}).wraps);
}

TEST_CASE("a value is described in a few words") {
  CHECK(describe(JsonArray(20'000, json(1))) == "array of 20,000 items");
  CHECK(describe(json{{"rows", 1}}) == "object with 1 member: rows");
  CHECK(describe(json(std::string(1'234'567, 'x'))) == "text of 1,234,567 bytes");
}

TEST_CASE("what is wrapped is filled in, once: what a file holds is plain") {
  Files files;
  json looks_like = {{"$value", {{"codec", "pickle"}, {"data", "x"}}}};
  json value = {{"one", files.add(looks_like)},
                {"two", JsonArray{json{{"$value", {{"codec", "json"}, {"data", 2}}}}}}};
  CHECK(plain_value(value, "run", files) == json{{"one", looks_like}, {"two", JsonArray{2}}});
  CHECK_FALSE(plain_value(looks_like, "run", files));
  files.contents.clear();
  CHECK_FALSE(plain_value(value, "run", files));
}

TEST_CASE("every reference in a value is found") {
  Files files;
  std::size_t found = 0;
  for_each_stored(JsonArray{files.add(1), json{{"x", files.add(2)}}, 3},
                  [&](const StoredValue&) { ++found; });
  CHECK(found == 2);
}
