"""Finds the native binary and starts it as the engine of a run."""

from __future__ import annotations

import os
import sys

from .errors import WeirError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket


def find() -> str:
    """$WEIR_BINARY, or `weir` beside this Python, in the folder of scripts that pip chose, or on PATH."""
    if given := os.environ.get("WEIR_BINARY"):
        return given
    for folder in (os.path.dirname(sys.executable), os.path.join(sys.prefix, "bin")):
        candidate = os.path.join(folder, "weir")
        if os.access(candidate, os.X_OK):
            return candidate
    return _find_elsewhere()


def _find_elsewhere() -> str:
    import shutil
    import sysconfig

    schemes = [sysconfig.get_path("scripts"), sysconfig.get_path("scripts", f"{os.name}_user")]
    for folder in schemes:
        candidate = os.path.join(folder, "weir")
        if os.access(candidate, os.X_OK):
            return candidate
    if found := shutil.which("weir"):
        return found
    raise WeirError(
        f"the weir binary is neither beside {sys.executable} nor on PATH: install weir with pip, or set WEIR_BINARY"
    )


class Engine:
    """A `weir attach` process, in a process group of its own: interrupts reach it as messages."""

    def __init__(self, home: str | None = None) -> None:
        from _socket import socketpair

        _reap()
        ours, theirs = socketpair()
        environment = os.environ if home is None else os.environ | {"WEIR_HOME": home}
        arguments = ["weir", "attach"]
        try:
            self.pid = os.posix_spawn(
                find(),
                arguments,
                environment,
                file_actions=[(os.POSIX_SPAWN_DUP2, theirs.fileno(), 0)],
                setpgroup=0,
            )
        except OSError as error:
            raise WeirError(f"the weir binary {find()} does not start: {error.strerror}") from None
        theirs.close()
        _LEFT.append(self.pid)
        self.socket: socket.socket = ours  # type: ignore[assignment]

    def leave(self) -> None:
        """There will be no run."""
        self.socket.close()

    def wait(self) -> int:
        """Its exit code, when it has ended."""
        _LEFT.remove(self.pid)
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)


_LEFT: list[int] = []  # engines that nobody has waited for


def _reap() -> None:
    """Those of earlier runs that have ended."""
    for pid in list(_LEFT):
        try:
            done, _ = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:  # somebody else's wait() took it
            done = pid
        if done:
            _LEFT.remove(pid)
