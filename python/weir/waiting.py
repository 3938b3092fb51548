"""How the thread that runs a body waits.

Python looks for signals before it goes to sleep, and not again until it wakes: a Ctrl-C in the moment between the two,
which is long while another thread holds the interpreter, would be heard of only when the wait is over. So no sleep is
long.
"""

from __future__ import annotations

from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import LockType

_SLEEP_SECONDS_MAX = 0.5


def wait_at(gate: LockType, timeout: float | None = None) -> bool:
    """Takes the lock as soon as it is free. False when it is not within `timeout` seconds."""
    if timeout is None:
        while not gate.acquire(timeout=_SLEEP_SECONDS_MAX):
            pass
        return True
    until = monotonic() + timeout
    while not gate.acquire(timeout=min(max(until - monotonic(), 0), _SLEEP_SECONDS_MAX)):
        if monotonic() >= until:
            return False
    return True
