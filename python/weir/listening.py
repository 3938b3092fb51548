"""Who reads what the engine says: one thread at a time, and it takes what it has read.

A thread of its own listens by default. Where one attempt follows the other, that would wake a thread for each message
and another one for each attempt. So it steps back as soon as a message has brought a single attempt and nothing else
runs: the thread that has run this attempt listens then, and runs the next one where it heard of it. The thread of its
own keeps watch meanwhile, and listens again when nobody else does.
"""

from __future__ import annotations

from _thread import allocate_lock
from time import sleep

from .wire import start_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .threads import Threads
    from .wire import Connection, Message

_ABSENCE_SECONDS_MAX = 0.002  # so long at most, or twice that, nobody listens


class Listening:
    def __init__(
        self, connection: Connection, take: Callable[[list[Message], bool], None], end: Callable[[], None]
    ) -> None:
        """`take` is called with the messages of each line, and `end` once, when the engine is gone."""
        self._connection = connection
        self._take = take
        self._end = end
        self._lead = allocate_lock()  # held by the thread that listens; for ever when there is nothing more to hear
        self._turns = 0  # how often a thread of an attempt has come to listen
        self._keeps_watch = True
        self._watch = allocate_lock()  # free: the thread that slept keeps watch again
        self._watch.acquire()
        self._is_over = False

    def start(self, threads: Threads) -> None:
        self._lead.acquire()
        start_thread(self._listen, threads)

    def lend(self, threads: Threads) -> bool:
        """Listens on this thread until there are attempts to run. False at once when somebody else listens, and when
        there is nothing more to hear."""
        if not self._lead.acquire(False):
            return False
        self._turns += 1
        while not threads.has_waiting():
            if not self._hear():
                return False
        self._lead.release()
        if not self._keeps_watch:
            self._keeps_watch = True
            self._wake()
        return True

    def _listen(self, threads: Threads) -> None:
        while self._hear():
            steps_back = threads.has_one_attempt()
            threads.hand_out()
            if steps_back:
                self._lead.release()
                self._keep_watch()

    def _keep_watch(self) -> None:
        """Takes the lead again when nobody has listened for a moment."""
        while not self._is_over:
            seen = self._turns
            sleep(_ABSENCE_SECONDS_MAX)
            if self._turns != seen:
                continue
            self._keeps_watch = False
            if self._lead.acquire(False):
                self._keeps_watch = True
                return
            self._watch.acquire()

    def _wake(self) -> None:
        try:
            self._watch.release()
        except RuntimeError:
            pass  # it is awake

    def _hear(self) -> bool:
        """Takes what comes next. False when nothing more will come: the lead is kept then."""
        goes_on = False
        try:
            if (heard := self._connection.receive()) is not None:
                for messages, has_wrapped in heard:
                    self._take(messages, has_wrapped)
                goes_on = True
        finally:
            if not goes_on:
                self._is_over = True
                self._wake()
                self._end()
        return goes_on
