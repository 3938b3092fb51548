"""Splits a cell of SQL into its statements."""

from __future__ import annotations

import re

# What a semicolon does not end a statement in: strings, quoted names and comments. A string may hold \' or ''.
OPAQUE = re.compile(
    r"""'(?:[^'\\]|\\.|'')*' | "(?:[^"\\]|\\.|"")*" | `[^`]*` | --[^\n]* | /\*.*?\*/ | (?P<end>;)""",
    re.DOTALL | re.VERBOSE,
)
COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


def split_statements(text: str) -> list[str]:
    """Those that hold more than comments, without the semicolons between them. A script (BEGIN … END) is one."""
    if re.match(r"BEGIN\b", COMMENT.sub("", text).strip(), re.IGNORECASE):
        return [text.strip().rstrip(";")]
    statements = []
    start = 0
    for found in OPAQUE.finditer(text):
        if found["end"]:
            statements.append(text[start : found.start()])
            start = found.end()
    statements.append(text[start:])
    return [statement.strip() for statement in statements if COMMENT.sub("", statement).strip()]
