#include "workspace/files/zip_archive.h"

#include <doctest/doctest.h>

using namespace weir::workspace;

namespace {

std::string archive_of(std::initializer_list<std::pair<std::string_view, std::string_view>> entries) {
  ZipWriter writer;
  for (const auto& [name, content] : entries) writer.add(name, content);
  return writer.finish();
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

}  // namespace

TEST_CASE("what is packed is unpacked, whatever is in it") {
  std::string binary("\x00\xff\x01", 3), large(3'000'000, 'x');
  auto archive = archive_of({{"a.txt", "hello"}, {"b/c.bin", binary}, {"b/large", large}, {"empty", ""}});
  CHECK(is_zip(archive));
  auto entries = list_zip(archive);
  REQUIRE(entries);
  REQUIRE(entries->size() == 4);
  CHECK(entries->at(1).name == "b/c.bin");
  CHECK(unzip(archive, entries->at(0)) == "hello");
  CHECK(unzip(archive, entries->at(1)) == binary);
  CHECK(unzip(archive, entries->at(2)) == large);
  CHECK(unzip(archive, entries->at(3)) == "");
}

TEST_CASE("names that lead out, come twice or cannot be read are refused") {
  auto good = archive_of({{"aaaa", "1"}, {"bbbb", "2"}});
  REQUIRE(list_zip(good));
  for (std::string_view name : std::initializer_list<std::string_view>{
           "../x", "/abs", "a\\b.", "..//", std::string_view("\xff\xff\xff\xff", 4), "bbbb",
           std::string_view("a\0b.", 4)}) {
    CAPTURE(name);
    CHECK_FALSE(list_zip(replaced(good, "aaaa", name)));
  }
}

TEST_CASE("an archive that unpacks to more than the limit is refused before it is unpacked") {
  std::string zeros(60 * 1024 * 1024, '\0');
  auto bomb = archive_of({{"a", zeros}, {"b", zeros}});
  CHECK(bomb.size() < 200'000);
  auto listed = list_zip(bomb);
  REQUIRE_FALSE(listed);
  CHECK(listed.error().contains("unpacks to more than"));
}

TEST_CASE("an entry that is larger than the archive says is not unpacked further than that") {
  std::string zeros(1'000'000, '\0');
  auto archive = archive_of({{"a", zeros}});
  auto entries = list_zip(archive).value();
  entries[0].bytes = 10;
  CHECK_FALSE(unzip(archive, entries[0]));
  entries[0].bytes = 2'000'000;
  CHECK_FALSE(unzip(archive, entries[0]));
}

TEST_CASE("archives that are broken anywhere are refused and not read past their end") {
  auto archive = archive_of({{"a.txt", "hello hello hello hello"}, {"b.txt", "world"}});
  auto unpacks = [](const std::string& bytes) {
    auto entries = list_zip(bytes);
    if (!entries) return false;
    for (const auto& entry : *entries)
      if (!unzip(bytes, entry)) return false;
    return entries->size() == 2;
  };
  REQUIRE(unpacks(archive));
  for (std::size_t bytes = 0; bytes < archive.size(); ++bytes) CHECK_FALSE(unpacks(archive.substr(0, bytes)));
  std::size_t survived = 0;
  for (std::size_t at = 0; at < archive.size(); ++at) {
    auto changed = archive;
    changed[at] = static_cast<char>(changed[at] ^ 0x55);
    survived += unpacks(changed) ? 1 : 0;  // dates, versions, attributes and names may differ
  }
  CHECK(survived < archive.size());
  CHECK_FALSE(list_zip(""));
  CHECK_FALSE(list_zip("PK\x05\x06"));
}
