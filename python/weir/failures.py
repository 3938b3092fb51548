"""What people are told of an exception: one line, and the frames that are theirs."""

from __future__ import annotations

import sys

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


def place_of_caller() -> str:
    """ "flow.py:12": the line of the user's that called into weir."""
    frame = sys._getframe(1)
    while frame.f_back is not None and is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    return f"{frame.f_code.co_filename.rpartition('/')[2]}:{frame.f_lineno}"


def place_of(code: CodeType) -> str:
    return f"{code.co_filename.rpartition('/')[2]}:{code.co_firstlineno}"
