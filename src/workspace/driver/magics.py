"""The magic commands of notebooks that are neither Python nor SQL: %sh, %fs, %pip, and what %run is told."""

from __future__ import annotations

import shlex
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

from .notebook import LINE_MAGICS, NotebookError
from .pipes import chunks_of

if TYPE_CHECKING:
    from .dbutils import DBUtils

FILE_COMMANDS = ("ls", "cp", "mv", "rm", "mkdirs", "put", "head")
RECURSIVE = ("-r", "--recurse")
LAST_WORDS_SECONDS_MAX = 1.0  # of what a shell left in the background, once the shell itself has ended


class CommandFailed(Exception):
    """A command of the shell or of pip ended with something else than 0."""


class Magics:
    def __init__(self, dbutils: DBUtils) -> None:
        self._dbutils = dbutils

    def knows(self, magic: str) -> bool:
        return magic in ("sh", "fs")

    def run(self, magic: str, text: str) -> None:
        self.shell(text) if magic == "sh" else self.files(text)

    def run_line(self, line: str) -> None:
        """One that stands above code. Settings of Jupyter have no meaning here, and notebooks go on without them."""
        name, _, rest = line.strip().lstrip("%").partition(" ")
        if name == "pip":
            self.pip(rest)

    def shell(self, text: str) -> None:
        """A script of bash. As on Databricks its exit code counts only when it is asked for: %sh -e."""
        first, _, rest = text.lstrip("\n").partition("\n")
        words = first.split()
        checks = bool(words) and words[0] == "-e"
        script = first.strip()[len("-e") :] + "\n" + rest if checks else text
        process = subprocess.Popen(
            ["/bin/bash", *(["-e"] if checks else []), "-c", script],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        printer = threading.Thread(target=print_all, args=(process,), daemon=True)
        printer.start()
        code = process.wait()
        printer.join(LAST_WORDS_SECONDS_MAX)
        if checks and code != 0:
            raise CommandFailed(f"the shell command ended with exit code {code}")

    def files(self, text: str) -> None:
        """A command of dbutils.fs as one writes it in a shell: %fs ls /data"""
        words = shlex.split(text)
        recursive = any(word in RECURSIVE for word in words)
        command, *arguments = [word for word in words if word not in RECURSIVE] or [""]
        if command not in FILE_COMMANDS:
            raise CommandFailed(f"%fs {command}: the commands of %fs are {', '.join(FILE_COMMANDS)}")
        if command == "ls" and not arguments:
            arguments = ["dbfs:/"]
        options: dict[str, Any] = {"recurse": True} if recursive else {}
        show(getattr(self._dbutils.fs, command)(*arguments, **options))

    def pip(self, text: str) -> None:
        """Into the environment of this notebook alone, whatever cluster it is on."""
        assert self._dbutils.environment is not None
        done = self._dbutils.environment.pip(shlex.split(text))
        sys.stdout.write(done.stdout)
        sys.stderr.write(done.stderr)
        if done.returncode != 0:
            said = [line.removeprefix("ERROR: ") for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
            raise CommandFailed(" ".join(said) or f"pip ended with exit code {done.returncode}")

    def read_run(self, text: str) -> tuple[str, dict[str, str]]:
        """The path of %run and the widgets for it: ./setup $day="monday" """
        try:
            path, *rest = shlex.split(text)
        except ValueError as error:
            raise NotebookError(f"%run {text.strip()}: {error}") from None
        arguments = {}
        for word in rest:
            name, equals, value = word.partition("=")
            if not name.startswith("$") or not equals:
                raise NotebookError(f'%run {path}: behind the path stand widgets as $name="value", not {word}')
            arguments[name[1:]] = value
        return path, arguments


def is_line_magic(line: str) -> bool:
    return line.startswith("%") and line[1:].split(" ")[0].strip() in LINE_MAGICS


def print_all(process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None
    for chunk in chunks_of(process.stdout.fileno()):
        sys.stdout.write(chunk)
        sys.stdout.flush()


def show(value: Any) -> None:
    if isinstance(value, list):
        width = max((len(one.path) for one in value), default=0)
        for one in value:
            print(f"{one.path:{width}}  {one.size:>12}")
    elif isinstance(value, str):
        print(value)
