"""When a cluster was last used, and by whom it is being used now."""

from __future__ import annotations

import os
import threading
import time


class Usage:
    """Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = time.time()
        self._runs: dict[str, int] = {}  # the process id of each attached run
        self._tags: dict[str, list[str]] = {}  # of what Spark does for it
        self._working = 0

    def touch(self) -> None:
        self.used_at(time.time())

    def used_at(self, when: float) -> None:
        with self._lock:
            self._last = max(self._last, when)

    def enter(self, run: str, pid: int) -> None:
        with self._lock:
            self._runs[run] = pid
        self.touch()

    def tag(self, run: str, tags: list[str]) -> None:
        with self._lock:
            self._tags[run] = tags

    def leave(self, run: str) -> list[str]:
        """The tags of what Spark did for it. Twice is once."""
        with self._lock:
            known = self._runs.pop(run, None) is not None
            tags = self._tags.pop(run, [])
        if known:
            self.touch()
        return tags

    def __enter__(self) -> None:
        """While something is done for a client: a statement, a command."""
        with self._lock:
            self._working += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._working -= 1
        self.touch()

    def idle_seconds(self) -> float:
        """0 while it is used. A run that is gone without a word is no use any more."""
        with self._lock:
            self._runs = {run: pid for run, pid in self._runs.items() if is_alive(pid)}
            if self._runs or self._working:
                self._last = time.time()
            return time.time() - self._last


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
