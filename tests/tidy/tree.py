"""The project's files as a value, so that rules can be tried on trees that exist only in a test."""

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

TEXT_ENDINGS = {".cpp", ".h", ".py", ".sh", ".md", ".txt", ".cmake", ".json", ".yaml", ".toml", ".pin"}
TEXT_NAMES = {"dev", "run", ".clang-tidy", ".clang-format", ".gitignore", "VERSION"}


class Finding(NamedTuple):
    """One broken rule: where, and what to do about it."""

    path: str
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


class Tree:
    """Path (from the root, with forward slashes) to text, in order of path."""

    def __init__(self, files):
        self.files = dict(sorted(files.items()))

    @classmethod
    def on_disk(cls, root):
        """What git tracks or would add. Works in a checkout that belongs to somebody else, too."""
        listed = subprocess.run(
            ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        files = {}
        for path in filter(None, listed.split("\0")):
            if (root / path).is_file():
                files[path] = (root / path).read_bytes().decode(errors="replace") if is_text(path) else None
        return cls(files)

    def texts(self, *endings):
        """Path and text of every text file, or of those with one of the endings."""
        for path, text in self.files.items():
            if text is not None and (not endings or path.endswith(endings)):
                yield path, text

    def has(self, path):
        return path in self.files or any(other.startswith(path.rstrip("/") + "/") for other in self.files)


def is_text(path):
    path = Path(path)
    return path.suffix in TEXT_ENDINGS or path.name in TEXT_NAMES or path.parts[:2] == ("tools", "dev")


def lines_of(text):
    """Line numbers from 1, with their lines."""
    return enumerate(text.split("\n"), start=1)


def code_of(text):
    """C++ without its comments and the insides of its strings; every line stays where it was."""

    def blank(match):
        found = match.group(0)
        kept = '""' if found[0] in '"R' else ""
        return kept + "\n" * found.count("\n")

    return re.sub(
        r"""R"(?P<mark>[^\s()]*)\(.*?\)(?P=mark)"|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'""",
        blank,
        text,
        flags=re.DOTALL,
    )
