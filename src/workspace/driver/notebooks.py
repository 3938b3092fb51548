"""Notebooks as files of the workspace: found by the path that users give them, and read in whichever form they are."""

from __future__ import annotations

import difflib
import posixpath
from dataclasses import dataclass
from pathlib import Path

from . import jupyter, notebook, source
from .notebook import Cell, NotebookError
from .places import inside

LANGUAGES = {".py": "python", ".sql": "sql"}
OTHER_LANGUAGES = {".scala": "Scala", ".r": "R"}


@dataclass(frozen=True)
class Notebook:
    file: Path
    shown_path: str

    def cells(self) -> list[Cell]:
        """Raises NotebookError for what is none, or is in a language that is not run here."""
        suffix = self.file.suffix.lower()
        if suffix in OTHER_LANGUAGES:
            raise NotebookError(
                f"{self.shown_path} is in {OTHER_LANGUAGES[suffix]}: the embedded workspace runs Python and SQL"
            )
        text = source.read(self.file) if suffix == ".py" else self.file.read_text(encoding="utf-8")
        try:
            if suffix == ".ipynb" or text.lstrip().startswith("{"):
                return jupyter.parse(text)
            return notebook.parse(text, LANGUAGES.get(suffix, "python"))
        except NotebookError as error:
            raise NotebookError(f"{self.shown_path}: {error}") from None


def find(path: str, beside: str, workspace_root: Path) -> Notebook:
    """`path` may be relative to the notebook `beside`. Raises NotebookError when there is none."""
    shown = posixpath.normpath(posixpath.join(posixpath.dirname(beside), path)).removeprefix("/Workspace")
    place = inside(workspace_root, shown)
    for suffix in ("", *LANGUAGES, ".ipynb", *OTHER_LANGUAGES):
        file = place.with_name(place.name + suffix) if place.name else place
        if file.is_file() and file.suffix:
            return Notebook(file, shown)
    neighbours = sorted({one.stem for one in place.parent.iterdir()}) if place.parent.is_dir() else []
    nearest = difflib.get_close_matches(place.name, neighbours, n=1)
    meant = f" Did you mean '{posixpath.join(posixpath.dirname(shown), nearest[0])}'?" if nearest else ""
    raise NotebookError(f"The notebook '{shown}' does not exist.{meant}")
