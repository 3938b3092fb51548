"""Type checkers know what tasks and flows give, and refuse what cannot work."""

import re
import subprocess
import sys
import tempfile
import unittest
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = Path(__file__).with_name("typed_flow.py")


class Types(unittest.TestCase):
    def test_each_line_is_accepted_or_refused_as_it_says(self):
        expected = {}
        for number, line in enumerate(EXAMPLE.read_text().splitlines(), 1):
            if wrong := re.search(r"# wrong: ([\w-]+)$", line):
                expected[number] = wrong[1]
        for version in ("3.10", "3.13"):
            with self.subTest(version):
                said = self.errors(version)
                self.assertEqual(said.keys(), expected.keys(), dict(said))
                for number, code in expected.items():
                    self.assertIn(code, said[number])

    def errors(self, version):
        """The codes of mypy's errors by line."""
        with tempfile.TemporaryDirectory() as cache:
            command = [sys.executable, "-m", "mypy", "--config-file", ROOT / "pyproject.toml", "--cache-dir", cache]
            options = ["--no-error-summary", "--python-version", version, EXAMPLE]
            ended = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True)
        self.assertEqual(ended.stderr, "")
        found = defaultdict(set)
        for line in ended.stdout.splitlines():
            if error := re.match(r"[^:]+:(\d+): error: .*\[([\w-]+)\]$", line):
                found[int(error[1])].add(error[2])
            else:
                self.assertIn(": note: ", line)
        return found


if __name__ == "__main__":
    unittest.main()
