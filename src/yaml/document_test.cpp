#include "yaml/document.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

using namespace weir;
using namespace weir::yaml;

namespace {

json value_of(std::string_view text) {
  Faults faults("f", text);
  auto document = read_document(text, faults);
  for (const auto& error : faults.errors()) FAIL(to_text(error));
  return to_json(document.value().root());
}

std::string complaints(std::string_view text) {
  Faults faults("f", text);
  read_document(text, faults);
  std::string all;
  for (const auto& error : faults.errors()) all += (all.empty() ? "" : "\n") + to_text(error);
  return all;
}

}  // namespace

TEST_CASE("mappings, lists and scalars become JSON") {
  CHECK(value_of("a: [1, {b: ~}]\nc:\n  - x\n  - 'y'\nd: |\n  text\n") ==
        json{{"a", {1, {{"b", nullptr}}}}, {"c", {"x", "y"}}, {"d", "text\n"}});
  CHECK(value_of("--- {a: 1}\n...\n") == json{{"a", 1}});
}

TEST_CASE("quoted scalars stay text, core tags are obeyed") {
  CHECK(value_of("['1', \"true\", !!str 2, !!int '3', !!float 4, ! 5]") ==
        json{"1", "true", "2", 3, 4.0, "5"});
}

TEST_CASE("aliases repeat a value and merge keys fold mappings in") {
  CHECK(value_of("a: &x {k: 1}\nb: *x\nc: {<<: *x, l: 2}\nd: {k: 3, <<: *x}\ne: {'<<': 1}") ==
        json{{"a", {{"k", 1}}},
             {"b", {{"k", 1}}},
             {"c", {{"l", 2}, {"k", 1}}},
             {"d", {{"k", 3}}},
             {"e", {{"<<", 1}}}});
}

TEST_CASE("pointers lead to the places where names and values were written") {
  std::string_view text = "a/b:\n  - x\n  - {c~: 1}\n";
  Faults faults("f", text);
  auto document = read_document(text, faults).value();
  CHECK(locate(document.root(), "/a~1b").name == 0);
  CHECK(locate(document.root(), "/a~1b/0").value == text.find('x'));
  CHECK(locate(document.root(), "/a~1b/1/c~0").name == text.find("c~"));
  CHECK(locate(document.root(), "/a~1b/1/c~0").value == text.find("1}"));
  CHECK(locate(document.root(), "/a~1b/1/missing").value == text.find('{'));
  CHECK(locate(document.root(), "").value == 0);
}

TEST_CASE("a key that is there twice is refused") {
  CHECK(complaints("a: 1\nb: {c: 1, c: 2}\na: 3\n") ==
        "f:2:11: the key 'c' is there twice\nkeep one of them\nf:3:1: the key 'a' is there twice\nkeep one "
        "of them");
}

TEST_CASE("keys must be text") {
  CHECK(complaints("? [a]\n: b") == "f:1:3: a key must be text, not a list\nwrite key: value");
  CHECK(complaints("{~: b}") == "f:1:2: a key must be text, not null\nwrite key: value");
}

TEST_CASE("a template without quotes is recognised") {
  CHECK(complaints("argv: [echo, {{ run.id }}]") ==
        "f:1:14: a key must be text, not a mapping\nput quotes around a template: \"{{ … }}\"");
}

TEST_CASE("tags of other types are refused") {
  CHECK(complaints("[!!binary aGk=, !mine {a: 1}, !!set {a}, !!int x]") ==
        "f:1:2: the tag 'tag:yaml.org,2002:binary' is not supported\n"
        "remove it; plain values, lists and mappings need no tag\n"
        "f:1:17: the tag '!mine' is not supported\nremove it; plain values, lists and mappings need no tag\n"
        "f:1:31: the tag 'tag:yaml.org,2002:set' is not supported\n"
        "remove it; plain values, lists and mappings need no tag\n"
        "f:1:42: 'x' is not of the type !!int");
}

TEST_CASE("a merge key takes mappings only") {
  CHECK(complaints("{<<: [{a: 1}, b]}") == "f:1:2: '<<' takes a mapping or a list of mappings, not a list");
}

TEST_CASE("a second document is refused") {
  CHECK(complaints("a: 1\n---\nb: 2\n") ==
        "f:2:1: a second YAML document starts here\na flow file holds one; check the indentation, or remove "
        "what follows");
  CHECK(complaints("{a: 1} garbage").starts_with("f:1:8: a second YAML document starts here"));
}

TEST_CASE("bytes that are no text are refused before anything guesses at them") {
  CHECK(complaints("a: \xFF") == "f:1:4: not UTF-8 text\nsave the file as UTF-8");
  CHECK(complaints("\xFE\xFF\x00\x61").starts_with("f:1:1: not UTF-8 text"));
  CHECK(complaints(std::string_view("a: \0", 4)) ==
        "f:1:4: the control character U+0000 is not allowed\nremove it, or write it as an escape in double "
        "quotes");
  CHECK(complaints("a: 1\nb: \x04 2").starts_with("f:2:4: the control character U+0004"));
}

TEST_CASE("aliases that multiply are stopped before they take memory") {
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c <= 'i'; ++c) {
    std::string alias = std::string("*") + static_cast<char>(c - 1);
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 10; ++i) bomb += (i ? ", " : "") + alias;
    bomb += "]\n";
  }
  CHECK(complaints(bomb) == "f:6:4: more than 1000000 values, aliases written out");
}

TEST_CASE("merge keys that multiply are stopped too") {
  std::string bomb = "base: &m {";
  for (int i = 0; i < 2000; ++i) bomb += "k" + std::to_string(i) + ": 1, ";
  bomb += "}\n";
  for (int i = 0; i < 1000; ++i) bomb += "m" + std::to_string(i) + ": {<<: *m}\n";
  CHECK(complaints(bomb).ends_with("more than 1000000 values, aliases written out"));
}

TEST_CASE("an alias cannot stand inside what it names, and must name something") {
  CHECK(complaints("a: &x [1, *x]") ==
        "f:1:11: this alias stands inside what it names\na value cannot contain itself");
  CHECK(complaints("a: *x") == "f:1:4: this alias names no anchor\ndefine it above with &name");
}

TEST_CASE("nesting has a limit, with aliases written out as well") {
  std::string deep = std::string(depth_max, '[') + std::string(depth_max, ']');
  CHECK(complaints(deep).empty());
  CHECK(complaints("[" + deep + "]") == "f:1:49: nested deeper than 48 levels");
  CHECK(complaints(std::string(100'000, '[')).ends_with(": nested deeper than 48 levels"));
  CHECK(complaints("a: &x " + std::string(40, '[') + std::string(40, ']') + "\nb: [[[[[[[[[*x]]]]]]]]]")
            .starts_with("f:2:4: nested deeper than 48 levels"));
}

TEST_CASE("brackets without end are refused before they take memory") {
  auto peak_mb = [] {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss / 1024;
  };
  auto before = peak_mb();
  CHECK(complaints("a: " + std::string(2'000'000, '[')).ends_with(": nested deeper than 48 levels"));
  std::string pairs;
  for (int i = 0; i < 500'000; ++i) pairs += "{a: ";
  CHECK(complaints(pairs).ends_with(": nested deeper than 48 levels"));
  CHECK(peak_mb() - before < 200);
}

TEST_CASE("many brackets that are closed are fine, wherever a look at their beginning ends") {
  std::string deep = std::string(depth_max - 1, '[') + std::string(depth_max - 1, ']');
  std::string many;
  for (int i = 0; i < 1'000; ++i) many += (i ? "," : "[") + deep;
  CHECK(complaints(many + "]").empty());
}

TEST_CASE("numbers that would change silently are refused") {
  CHECK(complaints("[18446744073709551616, 1e999, .inf]") ==
        "f:1:2: the number 18446744073709551616 does not fit in 64 bits\nput quotes around it if it is meant "
        "as text\n"
        "f:1:24: the number 1e999 does not fit in 64 bits\nput quotes around it if it is meant as text\n"
        "f:1:31: .inf cannot be written in JSON\nput quotes around it if it is meant as text");
}
