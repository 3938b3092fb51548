"""Runs attempts of kind `python` on threads of this process. They start when there is work for them."""

from __future__ import annotations

import os
from _queue import SimpleQueue
from _thread import allocate_lock, get_ident

from .attempts import end_if_forked
from .errors import TaskCancelled
from .wire import start_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .attempts import Attempt
    from .wire import Connection

GRACE_SECONDS = 5.0


class Threads:
    def __init__(self, connection: Connection, count: int, gives_up: bool) -> None:
        """`gives_up`: an attempt that does not heed its cancel is left to itself after a while; otherwise the engine
        ends this process."""
        self.count = count
        self._connection = connection
        self._gives_up = gives_up
        self._queue: SimpleQueue[Attempt] = SimpleQueue()
        self._idle: list[None] = []
        self._live = 0
        self._running: dict[int, Attempt] = {}
        self._lock = allocate_lock()
        self._pid = os.getpid()

    def give(self, attempt: Attempt) -> None:
        self._queue.put(attempt)
        if self._queue.qsize() > len(self._idle) and self._live < self.count:
            self._start()

    def _start(self) -> None:
        self._live += 1
        start_thread(self._work)

    def cancel(self, id_: int) -> None:
        """Interrupts the attempt where it runs Python; one that is waiting never begins."""
        with self._lock:
            attempt = self._running.get(id_)
            if attempt is None:
                return
            attempt.is_cancelled = True
            if attempt.thread:  # 0: it waits for a thread, or is about to be told
                interrupt(attempt.thread)
        if self._gives_up:
            start_thread(self._give_up_later, attempt)

    def accept(self, attempt: Attempt) -> None:
        """From here on the attempt can be cancelled."""
        self._running[attempt.id] = attempt

    def _give_up_later(self, attempt: Attempt) -> None:
        from time import sleep

        sleep(GRACE_SECONDS)
        with self._lock:
            if self._running.pop(attempt.id, None) is None:
                return
            attempt.node = None
        attempt.give_up()
        self._connection.flush()
        self._start()  # in place of the thread that is lost

    def _work(self) -> None:
        ident = get_ident()
        while True:
            try:
                if self._queue.empty():
                    self._connection.flush()
                self._idle.append(None)
                attempt = self._queue.get()
                self._idle.pop()
                if not self._run(attempt, ident):
                    return
            except TaskCancelled:
                pass  # meant for an attempt that ended in the same moment

    def _run(self, attempt: Attempt, ident: int) -> bool:
        """False when the thread was given up meanwhile."""
        value: object = None
        error: BaseException | None = None
        try:
            attempt.thread = ident
            if attempt.is_cancelled:
                raise TaskCancelled
            value = attempt.task.signature.call(attempt.task.function, attempt.begin())
        except BaseException as raised:
            error = raised
        end_if_forked(self._pid)
        while not self._is_safe(attempt, ident):
            pass
        if self._running.pop(attempt.id, None) is None:
            return False
        attempt.succeed(value) if error is None else attempt.fail(error)
        return True

    def _is_safe(self, attempt: Attempt, ident: int) -> bool:
        """Nothing interrupts the thread from here on, unless this was interrupted itself."""
        try:
            with self._lock:
                attempt.thread = 0
                if attempt.is_cancelled:
                    interrupt(ident, take_back=True)
        except TaskCancelled:
            return False
        return True


def interrupt(thread: int, take_back: bool = False) -> None:
    """Raises TaskCancelled in a thread as soon as it runs Python again."""
    import ctypes

    error = None if take_back else ctypes.py_object(TaskCancelled)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), error)
