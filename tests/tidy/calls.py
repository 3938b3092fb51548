"""Calls that are not used here, each with what is used instead."""

import re

from tree import Finding, code_of, lines_of


def everywhere(path):
    return True


def outside(*places):
    return lambda path: not path.startswith(places)


def in_tests(path):
    return path.endswith("_test.cpp") or path.startswith("tests/")


def call(names):
    """A call of a C function: no member, no part of a longer name, no other namespace than std."""
    return re.compile(rf"(?<![\w.>:])(?:(?:std)?::)?(?:{names})\s*\(")


BANNED = [
    (call("system|popen"), everywhere, "process::Child takes an argument vector and never a shell line"),
    (call("v?fork"), outside("src/process/"), "start processes through src/process/"),
    (re.compile(r"\bsleep_(?:for|until)\b"), in_tests, "tests wait for signals or move a ManualClock"),
    (call("u?sleep|nanosleep"), in_tests, "tests wait for signals or move a ManualClock"),
    (re.compile(r"\bsystem_clock::now\b"), outside("src/base/clock.h"), "take a Clock (base/clock.h)"),
    (call("time|gettimeofday"), everywhere, "take a Clock (base/clock.h)"),
    (call("s?rand|random|drand48"), everywhere, "take a Random (base/ids.h)"),
    (re.compile(r"\bstd::(?:random_device|mt19937\w*)"), outside("src/base/ids.cpp"), "take a Random (base/ids.h)"),
    (call("localtime(?:_r)?|gmtime|ctime|asctime"), everywhere, "std::chrono and fmt, which are thread-safe"),
    (call("sprintf|strcpy|strcat|strtok|gets"), everywhere, "fmt::format and std::string"),
    (call("atoi|atol|atoll|atof"), everywhere, "std::from_chars, which reports what is no number"),
    (call("assert"), everywhere, "WEIR_CHECK (base/check.h), which stays on"),
]


def banned_calls(tree):
    for path, text in tree.texts(".h", ".cpp"):
        for number, line in lines_of(code_of(text)):
            for pattern, applies, instead in BANNED:
                if applies(path) and (found := pattern.search(line)):
                    yield Finding(path, number, f"'{found[0].strip(' (')}' is not used here: {instead}")
