"""What a notebook shows, as text."""

from __future__ import annotations

import sys
from typing import Any

DISPLAYED_ROWS_MAX = 50


def display(value: Any = None, *_: Any, **__: Any) -> None:
    """A data frame as a small table, anything else as it prints itself. Options for plots have no meaning here."""
    if is_data_frame(value):
        value.show(DISPLAYED_ROWS_MAX)
    elif "pandas" in sys.modules and isinstance(value, sys.modules["pandas"].DataFrame):
        print(value.to_string(max_rows=DISPLAYED_ROWS_MAX))
    elif value is not None:
        print(value)


def display_html(html: str) -> None:
    """There is nothing to draw on: the run goes on without it."""


def show_value(value: Any) -> None:
    """The value of a cell's last line."""
    if value is not None:
        print(repr(value))


def table(columns: list[str], rows: list[list[str | None]]) -> str:
    """Rows of texts as Spark shows them."""
    shown = [columns, *(["NULL" if one is None else one for one in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    line = "+" + "".join("-" * width + "+" for width in widths)
    head, *body = ["|" + "".join(f"{one:>{width}}|" for one, width in zip(row, widths, strict=True)) for row in shown]
    return "\n".join([line, head, line, *body, *([line] if body else [])])


def is_data_frame(value: Any) -> bool:
    """Without importing PySpark, which has not been needed if it is not loaded."""
    pyspark_sql = sys.modules.get("pyspark.sql")
    return pyspark_sql is not None and isinstance(value, pyspark_sql.DataFrame)
