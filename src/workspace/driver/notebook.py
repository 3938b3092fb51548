"""Reads notebooks in Databricks' source format, Python's and SQL's.

    # Databricks notebook source
    # MAGIC %md # Ingest            a cell of another language: every line behind "# MAGIC "
    # COMMAND ----------            between cells
    # DBTITLE 1,Count the rows      a title, above its cell
    # MAGIC %pip install polars     commands may stand above the code of a cell
    rows = spark.table("t").count()

In SQL all this begins with "--" instead of "#". A cell keeps the place of its lines in the file, so that errors name
lines the author can find.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MARKS = {"python": "#", "sql": "--"}
SEPARATOR = "COMMAND ----------"
MAGIC_NAME = re.compile(r"%(\w[\w-]*)\s?(.*)", re.DOTALL)

# What stands on a line above Python code and is done before it. Others make their whole cell their own.
LINE_MAGICS = ("pip", "load_ext", "reload_ext", "autoreload", "matplotlib", "config")


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


def header_of(language: str) -> str:
    return f"{MARKS[language]} Databricks notebook source"


def parse(text: str, language: str = "python") -> list[Cell]:
    """The cells that hold anything, numbered as the author counts them."""
    mark = MARKS[language]
    separator = re.compile(rf"{mark} {SEPARATOR}-*\s*$")
    lines = text.splitlines()
    if lines and lines[0].rstrip() == header_of(language):
        lines[0] = ""
    cells: list[Cell] = []
    start = 0
    for end, line in enumerate([*lines, f"{mark} {SEPARATOR}"]):
        if not separator.match(line):
            continue
        inside = lines[start:end]
        if any(line.strip() for line in inside):
            cells.append(read_cell(len(cells) + 1, start + 1, inside, language))
        start = end + 1
    return cells


def read_cell(number: int, first_line: int, lines: list[str], language: str) -> Cell:
    """A cell is in the notebook's language unless its first line behind a MAGIC says otherwise."""
    title = re.compile(rf"{MARKS[language]} DBTITLE \d+,")
    magic = re.compile(rf"{MARKS[language]} MAGIC ?")
    lines = ["" if title.match(line) else line for line in lines]
    filled = [index for index, line in enumerate(lines) if line.strip()]
    marked = [index for index in filled if magic.match(lines[index])]
    bare = [magic.sub("", line, count=1) for line in lines]
    if not marked:
        return Cell(number, first_line, language, lines)
    named = MAGIC_NAME.match(bare[marked[0]])
    if named is None:
        raise NotebookError(f"cell {number}, line {first_line + marked[0]}: 'MAGIC' without a %language behind it")
    if named[1] in LINE_MAGICS and filled[: len(marked)] == marked:
        return Cell(number, first_line, "python", bare)
    if marked != filled:
        stray = next(index for index in filled if index not in marked)
        raise NotebookError(
            f"cell {number}, line {first_line + stray}: a cell is either code or %{named[1]}, and this one mixes "
            f"both: put '{MARKS[language]} {SEPARATOR}' between them"
        )
    return named_cell(number, first_line, bare)


def named_cell(number: int, first_line: int, lines: list[str], otherwise: str = "python") -> Cell:
    """A cell whose first line says which language it is in, or else is in the other one."""
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    named = MAGIC_NAME.match(lines[first]) if lines else None
    if named is None or named[1] in LINE_MAGICS:
        return Cell(number, first_line, otherwise, lines)
    return Cell(number, first_line, named[1], [*lines[:first], named[2], *lines[first + 1 :]])
