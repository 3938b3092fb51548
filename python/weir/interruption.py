"""Ends what a thread runs in the middle of its Python. Nothing else is interrupted: not what the thread does before and
after its attempt, and not the attempt after it."""

from __future__ import annotations

from _thread import get_ident

from .attempts import end_if_forked
from .errors import TaskCancelled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import LockType
    from typing import Any

    from .attempts import Attempt


def call(attempt: Attempt, lock: LockType, pid: int) -> tuple[Any, BaseException | None]:
    """Runs the attempt on this thread: what it returned, or what it raised. An interruption that comes late is taken
    back, or caught as if the task had raised it. A process that the task has forked off ends in here."""
    ident = get_ident()
    value: object = None
    error: BaseException | None = None
    has_begun = False
    while True:
        try:
            if not has_begun:
                has_begun = True
                attempt.thread = ident
                if attempt.is_cancelled:
                    raise TaskCancelled
                value = attempt.task.signature.call(attempt.task.function, attempt.begin())
            end_if_forked(pid)
            with lock:
                attempt.thread = 0
                if attempt.is_cancelled:
                    _interrupt(ident, take_back=True)
            return value, error
        except BaseException as raised:
            error = error or raised


def cancel(attempt: Attempt, lock: LockType) -> None:
    """Raises TaskCancelled in the attempt as soon as it runs Python again. One that waits never begins."""
    with lock:
        attempt.is_cancelled = True
        if attempt.thread:  # 0: it waits for a thread, or is about to be told
            _interrupt(attempt.thread)


def _interrupt(thread: int, take_back: bool = False) -> None:
    import ctypes

    error = None if take_back else ctypes.py_object(TaskCancelled)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), error)
