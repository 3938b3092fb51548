"""Where the files are that users name: dbfs:/…, /dbfs/… and /Volumes/…, /Workspace/…, file:/…"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from pathlib import Path


class PlaceError(Exception):
    """Why there is no such file, as its user needs to read it."""


@dataclass(frozen=True)
class Places:
    dbfs: Path
    workspace: Path

    def local(self, shown: str) -> Path:
        """The file on this machine. Raises PlaceError."""
        if shown.startswith("file:"):
            path = Path("/" + shown.removeprefix("file:").lstrip("/"))
        elif shown.startswith("/Volumes/"):
            path = inside(self.dbfs, shown)
        elif shown.startswith(("dbfs:/", "/dbfs/")):
            path = inside(self.dbfs, shown.removeprefix("dbfs:").removeprefix("/dbfs"))
        elif shown.startswith("/"):
            path = inside(self.workspace, shown.removeprefix("/Workspace"))
        else:
            raise PlaceError(f"'{shown}' is neither in DBFS (dbfs:/…) nor in the workspace (/Workspace/…).")
        if not path.is_file():
            raise PlaceError(f"The file '{shown}' does not exist.")
        return path


def inside(root: Path, path: str) -> Path:
    """Paths lead nowhere else: "/.." is "/"."""
    return root / posixpath.normpath("/" + path.lstrip("/")).lstrip("/")
