"""The text of users' code, and keeping it at hand for tracebacks under the name users know it by."""

from __future__ import annotations

import linecache
import tokenize
from pathlib import Path


def read(path: Path) -> str:
    """Obeys the file's coding cookie; line ends become newlines. Raises SyntaxError when it cannot be decoded."""
    with tokenize.open(path) as file:
        return file.read()


def unindented(code: str) -> str:
    """Code without the indentation that its first line has, as people paste it and clients send it; what is indented
    less stays as it is, such as the inside of a long string."""
    lines = code.splitlines(keepends=True)
    first = next((line for line in lines if line.strip()), "")
    indentation = first[: len(first) - len(first.lstrip())]
    return "".join(line.removeprefix(indentation) for line in lines)


def remember(shown_path: str, lines: list[str]) -> None:
    """Lets tracebacks, `inspect` and debuggers find the lines of code compiled under `shown_path`, which need not
    be a file. An entry without a modification time is never checked against the disk."""
    linecache.cache[shown_path] = (sum(map(len, lines)), None, lines, shown_path)
