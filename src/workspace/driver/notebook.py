"""Reads notebooks in Databricks' source format.

    # Databricks notebook source
    # MAGIC %md # Ingest            a cell of another language: every line behind "# MAGIC "
    # COMMAND ----------            between cells
    # DBTITLE 1,Count the rows      a title, above its cell
    rows = spark.table("t").count()

A cell keeps the place of its lines in the file, so that errors name lines the author can find.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HEADER = "# Databricks notebook source"
SEPARATOR = re.compile(r"# COMMAND -{10,}\s*$")
TITLE = re.compile(r"# DBTITLE \d+,")
MAGIC = re.compile(r"# MAGIC ?")
MAGIC_NAME = re.compile(r"%(\w+)\s?(.*)", re.DOTALL)


@dataclass(frozen=True)
class Cell:
    number: int  # from 1
    first_line: int  # of `lines` in the file, from 1
    magic: str  # "python", "sql", "md" or whatever the author wrote behind the %
    lines: list[str]  # with the marks of the format taken off and blank lines in their place

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


class NotebookError(Exception):
    """The file breaks a rule of the format; the message says where."""


def parse(text: str) -> list[Cell]:
    """The cells that hold anything, numbered as the author counts them."""
    lines = text.splitlines()
    if lines and lines[0].rstrip() == HEADER:
        lines[0] = ""
    cells: list[Cell] = []
    start = 0
    for end, line in enumerate([*lines, "# COMMAND ----------"]):
        if not SEPARATOR.match(line):
            continue
        inside = lines[start:end]
        if any(line.strip() for line in inside):
            cells.append(read_cell(len(cells) + 1, start + 1, inside))
        start = end + 1
    return cells


def read_cell(number: int, first_line: int, lines: list[str]) -> Cell:
    """A cell is Python unless its first line behind a `# MAGIC` says otherwise."""
    lines = ["" if TITLE.match(line) else line for line in lines]
    filled = [index for index, line in enumerate(lines) if line.strip()]
    marked = [index for index in filled if MAGIC.match(lines[index])]
    if not marked:
        return Cell(number, first_line, "python", lines)
    named = MAGIC_NAME.match(MAGIC.sub("", lines[marked[0]], count=1))
    if named is None:
        raise NotebookError(f"cell {number}, line {first_line + marked[0]}: '# MAGIC' without a %language behind it")
    if marked != filled:
        stray = next(index for index in filled if index not in marked)
        raise NotebookError(
            f"cell {number}, line {first_line + stray}: a cell is either code or %{named[1]}, and this one mixes "
            "both: put '# COMMAND ----------' between them"
        )
    lines = [MAGIC.sub("", line, count=1) for line in lines]
    lines[marked[0]] = named[2]
    return Cell(number, first_line, named[1], lines)
