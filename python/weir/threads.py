"""Runs attempts of kind `python` on threads of this process. They start when there is work for them, and listen to the
engine when there is none (listening.py)."""

from __future__ import annotations

import os
from _thread import allocate_lock

from .interruption import call, cancel
from .wire import start_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import LockType
    from collections import deque

    from .attempts import Attempt
    from .listening import Listening
    from .wire import Connection
else:
    from _collections import deque

GRACE_SECONDS = 5.0


class Threads:
    def __init__(self, connection: Connection, listening: Listening, count: int, gives_up: bool) -> None:
        """`gives_up`: an attempt that does not heed its cancel is left to itself after a while; otherwise the engine
        ends this process."""
        self.count = count
        self._connection = connection
        self._listening = listening
        self._gives_up = gives_up
        self._waiting: deque[Attempt] = deque()
        self._idle: list[LockType] = []  # of each thread that does nothing, what it waits for
        self._live = 0
        self._running: dict[int, Attempt] = {}
        self._lock = allocate_lock()
        self._pid = os.getpid()

    def accept(self, attempt: Attempt) -> None:
        """From here on the attempt can be cancelled."""
        self._running[attempt.id] = attempt

    def give(self, attempt: Attempt) -> None:
        """It runs when hand_out() has been called, or on the thread that listens."""
        self._waiting.append(attempt)

    def has_waiting(self) -> bool:
        return len(self._waiting) > 0

    def has_one_attempt(self) -> bool:
        """One has come, and nothing else is under way."""
        return len(self._waiting) == 1 and len(self._running) == 1

    def hand_out(self, but: int = 0) -> None:
        """Finds a thread for each attempt that waits, but for some which the caller runs itself. Those for which there
        is none now are taken when one is done."""
        for _ in range(len(self._waiting) - but):
            try:
                gate = self._idle.pop()
            except IndexError:
                if self._live >= self.count:
                    return
                self._start()
            else:
                gate.release()

    def _start(self) -> None:
        self._live += 1
        start_thread(self._work)

    def cancel(self, id_: int) -> None:
        """Interrupts the attempt where it runs Python; one that is waiting never begins."""
        attempt = self._running.get(id_)
        if attempt is None:
            return
        cancel(attempt, self._lock)
        if self._gives_up:
            start_thread(self._give_up_later, attempt)

    def _give_up_later(self, attempt: Attempt) -> None:
        from time import sleep

        sleep(GRACE_SECONDS)
        if not self._take_off(attempt):
            return
        attempt.node = None
        attempt.give_up()
        self._connection.flush()
        self._start()  # in place of the thread that is lost

    def _take_off(self, attempt: Attempt) -> bool:
        """Whoever does this tells its end. False when somebody has: its id may be another's by now."""
        with self._lock:
            if self._running.get(attempt.id) is not attempt:
                return False
            del self._running[attempt.id]
            return True

    def _work(self) -> None:
        gate = allocate_lock()
        gate.acquire()
        waiting = self._waiting
        while True:
            try:
                attempt = waiting.popleft()
            except IndexError:
                self._wait(gate)
                continue
            if not self._run(attempt):
                return
            if waiting:
                self._connection.flush_soon()

    def _wait(self, gate: LockType) -> None:
        """Until there may be an attempt. Listens meanwhile if nobody else does."""
        self._connection.flush()
        if self._listening.lend(self):
            return self.hand_out(but=1)
        self._idle.append(gate)
        if self._waiting:  # one came before we could be found
            try:
                return self._idle.remove(gate)
            except ValueError:
                pass  # we have been found meanwhile
        gate.acquire()
        return None

    def _run(self, attempt: Attempt) -> bool:
        """False when the attempt was given up meanwhile, and this thread with it."""
        value, error = call(attempt, self._lock, self._pid)
        if not self._take_off(attempt):
            return False
        attempt.succeed(value) if error is None else attempt.fail(error)
        return True
