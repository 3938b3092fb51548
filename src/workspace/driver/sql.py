"""Splits a cell of SQL into its statements."""

from __future__ import annotations

import re
from typing import NamedTuple

# What a semicolon does not end a statement in: strings, quoted names and comments. A string may hold \' or ''.
OPAQUE = re.compile(
    r"""'(?:[^'\\]|\\.|'')*' | "(?:[^"\\]|\\.|"")*" | `[^`]*` | --[^\n]* | /\*.*?\*/ | (?P<end>;)""",
    re.DOTALL | re.VERBOSE,
)
PARAMETER = re.compile(r"(?<![:\w]):([A-Za-z_]\w*)")  # :name, and not the :: of a cast
COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


class Statement(NamedTuple):
    text: str
    line: int  # where it begins, counted from 0


def split_statements(text: str) -> list[Statement]:
    """Those that hold more than comments, without the semicolons between them. A script (BEGIN … END) is one."""
    if re.match(r"BEGIN\b", COMMENT.sub("", text).strip(), re.IGNORECASE):
        ends = [len(text)]
    else:
        ends = [found.start() for found in OPAQUE.finditer(text) if found["end"]] + [len(text)]
    statements = []
    start = 0
    for end in ends:
        piece = text[start:end]
        blank = len(piece) - len(piece.lstrip())
        if COMMENT.sub("", piece).strip():
            statements.append(Statement(piece.strip().rstrip(";"), text.count("\n", 0, start + blank)))
        start = end + 1
    return statements
