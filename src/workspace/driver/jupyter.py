"""Reads notebooks in Jupyter's format (.ipynb)."""

from __future__ import annotations

import json
from typing import Any

from .notebook import MARKS, Cell, NotebookError, named_cell


def parse(text: str) -> list[Cell]:
    """The cells that hold anything. Lines are counted within each: the file has none that its author knows."""
    try:
        told: dict[str, Any] = json.loads(text)
        cells = [(cell["cell_type"], source_of(cell)) for cell in told["cells"]]
        language = language_of(told)
    except (ValueError, KeyError, TypeError) as error:
        raise NotebookError(f"this is no notebook of Jupyter: {type(error).__name__}: {error}") from None
    if language not in MARKS:
        raise NotebookError(f"the embedded workspace runs notebooks in Python and SQL, and this one is in {language}")
    read: list[Cell] = []
    for kind, source in cells:
        if not source.strip():
            continue
        lines, number = source.splitlines(), len(read) + 1
        read.append(named_cell(number, 1, lines, language) if kind == "code" else Cell(number, 1, "md", lines))
    return read


def source_of(cell: dict[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def language_of(told: dict[str, Any]) -> str:
    """As Databricks writes it, or else as Jupyter does; Python when nobody says."""
    metadata = told.get("metadata") or {}
    databricks = metadata.get("application/vnd.databricks.v1+notebook") or {}
    jupyter = metadata.get("language_info") or {}
    return str(databricks.get("language") or jupyter.get("name") or "python").lower()
