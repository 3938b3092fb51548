"""The page of the Python API: its blocks run one after the other, with the assertions in them."""

import re
import unittest
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/python.md"
BLOCK = re.compile(r"(?<!-->\n)```python\n(.*?)```", re.DOTALL)


class Page(unittest.TestCase):
    def test_the_blocks_do_what_they_say(self):
        blocks = BLOCK.findall(PAGE.read_text())
        self.assertGreater(len(blocks), 5)
        exec(compile("\n".join(blocks), "python.md", "exec"), {"__name__": "page"})


if __name__ == "__main__":
    unittest.main()
