"""Wrong types are errors of the compiler that say what is wrong."""

import re
import subprocess
import unittest
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
CALLS = HERE / "wrong_calls.cpp"
COMPILER = ["g++", "-std=c++20", "-fsyntax-only", "-I", HERE.parents[1] / "include"]


class WrongCalls(unittest.TestCase):
    def test_each_wrong_call_is_refused_with_its_message(self):
        expected = Counter(re.findall(r"^  .*;  +// (.+)$", CALLS.read_text(), re.MULTILINE))
        ended = subprocess.run([*COMPILER, CALLS], capture_output=True, text=True, check=False)
        said = [line for line in ended.stderr.splitlines() if "static assertion failed" in line]
        for message, times in expected.items():
            with self.subTest(message):
                self.assertEqual(sum(message in line for line in said), times, ended.stderr)
        self.assertEqual(len(said), expected.total())


if __name__ == "__main__":
    unittest.main()
