"""What people are told of an exception: one line, and the frames that are theirs."""

from __future__ import annotations

import sys

from .errors import RunFailed, RunInterrupted, TaskFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, TracebackType
    from typing import Any

_MESSAGE_MAX = 2000
_OURS = __file__.rpartition("/")[0] + "/"


def message_of(error: BaseException) -> str:
    """ "ValueError: boom", in one line."""
    text = " ".join(str(error).split())
    name = type(error).__qualname__
    module = type(error).__module__
    if module not in ("builtins", "__main__") and not module.startswith(("weir", "__weir")):
        name = f"{module}.{name}"
    return (f"{name}: {text}" if text else name)[:_MESSAGE_MAX]


def trace_of(error: BaseException) -> str:
    """The traceback without weir's own frames; that of what caused it is above it, as Python has it."""
    import traceback

    told = traceback.TracebackException.from_exception(error, compact=True)
    seen: set[int] = set()
    part: Any = told
    while part is not None and id(part) not in seen:
        seen.add(id(part))
        part.stack = traceback.StackSummary.from_list([frame for frame in part.stack if not is_ours(frame.filename)])
        part = part.__cause__ or (None if part.__suppress_context__ else part.__context__)
    return "".join(told.format()).rstrip("\n")


def failure_of(error: BaseException) -> dict[str, Any]:
    return {"message": message_of(error), "trace": trace_of(error)}


def is_ours(filename: str) -> bool:
    """Whether a frame belongs to weir, or to what it runs tasks with."""
    return filename.startswith((_OURS, "<frozen ")) or "/asyncio/" in filename


def without_ours(trace: TracebackType | None) -> TracebackType | None:
    """The traceback from the first frame on that is not weir's."""
    while trace is not None and is_ours(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return trace


def where(error: BaseException) -> str:
    """ "flow.py:12": the user's line that an exception came from; empty when there is none."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not is_ours(file):
            place = f"{file.rpartition('/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def tell_uncaught() -> None:
    """From now on an exception that nobody catches is shown with the user's frames alone, and not at all when it says
    what the engine has told already: that a run failed or was left."""
    before = sys.excepthook
    if getattr(before, "is_weirs", False):
        return

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, (RunFailed, RunInterrupted, TaskFailed)):
            raise SystemExit(error.exit_code)
        trim(error)
        before(kind, error, error.__traceback__ or trace)

    hook.is_weirs = True  # type: ignore[attr-defined]
    sys.excepthook = hook


def trim(error: BaseException) -> None:
    """Takes weir's frames out of the traceback of an exception, and of those of what led to it."""
    parts: list[BaseException | None] = [error]
    seen: set[int] = set()
    while parts:
        part = parts.pop()
        if part is None or id(part) in seen:
            continue
        seen.add(id(part))
        kept = without_ours(part.__traceback__)
        if kept is not None:  # else it is all ours, and better than nothing
            part.__traceback__ = kept
        while kept is not None:
            kept.tb_next = without_ours(kept.tb_next)
            kept = kept.tb_next
        parts += (part.__cause__, part.__context__)


def place_of_caller() -> str:
    """ "flow.py:12": the line of the user's that called into weir."""
    frame = sys._getframe(1)
    while frame.f_back is not None and is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    return f"{frame.f_code.co_filename.rpartition('/')[2]}:{frame.f_lineno}"


def place_of(code: CodeType) -> str:
    return f"{code.co_filename.rpartition('/')[2]}:{code.co_firstlineno}"
