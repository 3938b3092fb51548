"""Turns what the user's code raised into what its author needs to read.

Frames of this driver, of PySpark and of Py4J are left out, the user's and those of other libraries stay; Java's stack
traces shrink to their messages.
"""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass

JAVA_CALL = re.compile(r"^An error occurred while calling .*\.\n: ", re.MULTILINE)
JAVA_FRAME = re.compile(r"\n\s+at [^\n]*|\n\s+\.\.\. \d+ (?:more|elided)[^\n]*")
QUERY_PLAN = re.compile(r";\n(?:'|\+-|:-|[A-Z]\w* ?[\[(<]).*", re.DOTALL)
PYTHON_WORKER = "Traceback (most recent call last):"
ERROR_CHARACTERS_MAX = 2000


@dataclass(frozen=True)
class Failure:
    error: str  # "ValueError: boom"
    trace: str  # what Python would print, less what is hidden


class ProgramFailed(Exception):
    """The user's program has failed, in another language or another process: here is what its author needs to read."""

    def __init__(self, failure: Failure, is_told: bool = False) -> None:
        super().__init__(failure.error)
        self.failure = failure
        self.is_told = is_told  # it has printed that itself


def describe(raised: BaseException, shown_path: str) -> Failure:
    """`shown_path` is how the file names of the user's own frames begin."""
    told = traceback.TracebackException.from_exception(raised, compact=True)
    hidden = hidden_places()
    for part, exception in chain_of(told, raised):
        shown = [
            frame
            for frame in part.stack
            if frame.filename.startswith(shown_path) or not frame.filename.startswith(hidden)
        ]
        part.stack = traceback.StackSummary.from_list(shown)
        if is_of_spark(exception):
            part._str = message(part._str)  # type: ignore[attr-defined]
    return Failure(error=headline(raised), trace="".join(told.format()).rstrip())


def headline(raised: BaseException) -> str:
    """The name of the exception and the first line of what it says, which for Spark's is the one that matters."""
    name = type(raised).__name__
    if isinstance(raised, SyntaxError) and raised.filename and raised.lineno:
        return f"{name}: {raised.msg} ({raised.filename}, line {raised.lineno})"
    said = str(raised)
    if is_of_spark(raised):
        said = worker_error(said) or message(said)
    said = said.strip().partition("\n")[0]
    return f"{name}: {said}"[:ERROR_CHARACTERS_MAX] if said else name


def worker_error(said: str) -> str:
    """The last line of a traceback from a Python worker ("ZeroDivisionError: division by zero"), or nothing."""
    if PYTHON_WORKER not in said:
        return ""
    for line in said.partition(PYTHON_WORKER)[2].splitlines():
        if line and not line[0].isspace():
            return line
    return ""


def message(said: str) -> str:
    """Without Java's frames and without the query plan that Spark appends."""
    return QUERY_PLAN.sub("", JAVA_FRAME.sub("", JAVA_CALL.sub("", said)))


def hidden_places() -> tuple[str, ...]:
    """How the file names begin of frames nobody needs to see."""
    folders = [os.path.dirname(os.path.abspath(__file__))]
    for library in ("pyspark", "py4j"):
        if library in sys.modules:
            folders.append(os.path.dirname(str(sys.modules[library].__file__)))
    return (*(folder + os.sep for folder in folders), "<frozen ")


def is_of_spark(raised: BaseException) -> bool:
    return type(raised).__module__.partition(".")[0] in ("pyspark", "py4j")


def is_lost_connection(raised: BaseException) -> bool:
    """To the JVM: there is no one any more who could say what went wrong."""
    return isinstance(raised, ConnectionError) or type(raised).__name__ == "Py4JNetworkError"


def chain_of(
    told: traceback.TracebackException, raised: BaseException
) -> Iterator[tuple[traceback.TracebackException, BaseException]]:
    """Itself, its causes and contexts, and the parts of exception groups; what is not told is left out."""
    yield told, raised
    linked = [(told.__cause__, raised.__cause__), (told.__context__, raised.__context__)]
    linked += zip(getattr(told, "exceptions", None) or (), getattr(raised, "exceptions", ()), strict=False)
    for told_link, raised_link in linked:
        if told_link is not None and raised_link is not None:
            yield from chain_of(told_link, raised_link)
