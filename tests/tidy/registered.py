"""A test that no suite runs proves nothing: each is named in tests/CMakeLists.txt."""

import re

from tree import Finding

SUITE = "tests/CMakeLists.txt"
TEST = re.compile(r"tests/(?P<name>\w+/test_\w+\.py)")
NAMED = re.compile(r"\$\{here\}/(?P<name>\w+/test_\w+\.py)")


def unregistered_tests(tree):
    """Tests of Python and the suite's list name each other. A name in a comment of the list runs nothing."""
    listed = [line.partition("#")[0] for line in tree.files.get(SUITE, "").split("\n")]
    named = {found["name"]: number for number, line in enumerate(listed, start=1) for found in NAMED.finditer(line)}
    there = {found["name"]: path for path in tree.files if (found := TEST.fullmatch(path))}
    for name in there.keys() - named.keys():
        yield Finding(there[name], 1, f"no suite runs it: register it in {SUITE}")
    for name in named.keys() - there.keys():
        yield Finding(SUITE, named[name], f"there is no tests/{name}")
