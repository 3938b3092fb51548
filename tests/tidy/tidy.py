"""House rules as a test: `./dev check` and ctest run this over the tree. One line for each finding, and exit code 1.

The rules live beside this file, by what they look at: layers.py (includes), calls.py, texts.py,
registered.py (tests that no suite runs).
"""

import sys
from pathlib import Path

from calls import banned_calls
from layers import dead_headers, include_direction, public_headers
from registered import unregistered_tests
from texts import file_length, markdown_links, places, quoted_files, unfinished_work, white_space
from tree import Tree


def rules(root, home):
    return [
        include_direction,
        public_headers,
        dead_headers,
        banned_calls,
        unregistered_tests,
        white_space,
        unfinished_work,
        file_length,
        markdown_links,
        quoted_files,
        places(root, home),
    ]


def main():
    root = Path(__file__).resolve().parents[2]
    tree = Tree.on_disk(root)
    findings = [finding for rule in rules(root, Path.home()) for finding in rule(tree)]
    for finding in sorted(findings):
        print(finding)
    print(f"tidy: {len(tree.files)} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
