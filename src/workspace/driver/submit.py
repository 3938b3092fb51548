"""Runs what spark-submit runs, in a process of its own, with this run's Spark settings below the command line's."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from typing import IO, TextIO

from .dbutils import DBUtils
from .failure import Failure, ProgramFailed
from .pipes import chunks_of
from .places import PlaceError, Places
from .session import Session
from .submit_options import CommandLine, OptionError, parse, with_files
from .task import Task

TOLD_CHARACTERS_MAX = 64 * 1024  # of what is said last, for the trace of a failure
OURS = ("--master", "--deploy-mode")  # what the cluster of the task decides
JAVA_FAILURE = re.compile(r'^Exception in thread "[^"]*" (\S.*)', re.MULTILINE)
PYTHON_FAILURE = re.compile(r"^Traceback \(most recent call last\):\n(?:[ \t].*\n)+(\S.*)", re.MULTILINE)
TRACE = re.compile(r'^(?:Exception in thread "|Traceback \(most recent call last\):)', re.MULTILINE)


def run_submit(task: Task, session: Session, dbutils: DBUtils) -> None:
    """Raises ProgramFailed when it ends with anything but 0, with the last exception that it told of."""
    assert session.home is not None
    line = command_line(task.arguments, task.places)
    command = [str(session.home / "bin" / "spark-submit"), *line.words()]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    )
    assert process.stdout is not None and process.stderr is not None
    # Spark lets a Python program write both its streams to one.
    told = [Tail(process.stdout, sys.stdout), Tail(process.stderr, sys.stderr)]
    code = process.wait()
    texts = [tail.text() for tail in told]
    if code != 0:
        raise ProgramFailed(failure_of(code, "".join(texts)), is_told=True)


def command_line(words: list[str], places: Places) -> CommandLine:
    line = parse(words)
    for name in OURS:
        if line.value_of(name) is not None:
            raise OptionError(f"{name} is decided by the task's cluster and cannot be given in its parameters.")
    if not line.program:
        raise OptionError("The parameters name no program: a .py or a .jar behind the options of spark-submit.")
    return with_files(line, lambda shown: local_file(shown, places))


def local_file(shown: str, places: Places) -> str:
    """Of what this machine has; what is elsewhere (s3:, https:) Spark fetches itself."""
    if "://" in shown and not shown.startswith(("dbfs:", "file:")):
        return shown
    if not shown.startswith(("dbfs:", "file:", "/")):
        raise PlaceError(f"'{shown}' is neither in DBFS (dbfs:/…) nor in the workspace (/Workspace/…).")
    return str(places.local(shown))


def failure_of(code: int, told: str) -> Failure:
    traces = list(TRACE.finditer(told))
    trace = told[traces[-1].start() :].rstrip() if traces else told.rstrip()
    said = JAVA_FAILURE.search(trace) or PYTHON_FAILURE.search(trace)
    return Failure(error=said[1].strip() if said else f"spark-submit ended with exit code {code}.", trace=trace)


class Tail:
    """Passes a stream on and keeps the end of it."""

    def __init__(self, stream: IO[bytes], to: TextIO) -> None:
        self._kept = ""
        self._copier = threading.Thread(target=self._copy, args=(stream, to), daemon=True)
        self._copier.start()

    def text(self) -> str:
        self._copier.join()
        return self._kept

    def _copy(self, stream: IO[bytes], to: TextIO) -> None:
        for chunk in chunks_of(stream.fileno()):
            to.write(chunk)
            to.flush()
            self._kept = (self._kept + chunk)[-TOLD_CHARACTERS_MAX:]
