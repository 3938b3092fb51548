"""What tasks and bodies print and log goes to where it belongs: the attempt's log, or the run's output."""

from __future__ import annotations

import sys

from .contexts import CURRENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    import logging
    from typing import Any, TextIO

    from .contexts import Context

_LEVELS = ((40, "error"), (30, "warning"), (20, "info"))


class Captured:
    """Stands in for sys.stdout or sys.stderr: what is written in a task or a flow body is told line by line; all else
    goes to the real stream."""

    def __init__(self, real: TextIO, level: str) -> None:
        self.real = real
        self._level = level
        self._unfinished: dict[Context, str] = {}

    def write(self, text: str) -> int:
        context = CURRENT.get()
        if context is None or context._log is None:
            return self.real.write(text)
        if context in self._unfinished:
            text = self._unfinished.pop(context) + text
        lines, newline, rest = text.rpartition("\n")
        if newline:
            context._log(self._level, lines)
        if rest:
            self._unfinished[context] = rest
        return len(text)

    def finish(self, context: Context) -> None:
        """Tells a last line that has no end."""
        rest = self._unfinished.pop(context, "")
        if rest and context._log is not None:
            context._log(self._level, rest)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


# All there ever were: print() holds no reference of its own to the stream that it is writing to, so that one which is
# replaced meanwhile must live on.
_captured: list[Captured] = []


def start_capture() -> None:
    for name, level in (("stdout", "info"), ("stderr", "warning")):
        stream = getattr(sys, name)
        if isinstance(stream, Captured):
            continue
        known = next((it for it in _captured if it.real is stream), None)
        if known is None:
            known = Captured(stream, level)
            _captured.append(known)
        setattr(sys, name, known)
    if "logging" in sys.modules:
        capture_logging()


def stop_capture() -> None:
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, Captured):
            setattr(sys, name, stream.real)
    if "logging" in sys.modules:
        release_logging()


def finish_lines(context: Context) -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, Captured) and stream._unfinished:
            stream.finish(context)


def capture_logging() -> None:
    """Records go to the log of the attempt that makes them. Loggers keep the levels and handlers they have."""
    import logging

    global _handler
    if _handler is None:

        class ToAttempt(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                context = CURRENT.get()
                if context is not None and context._log is not None:
                    level = next((name for least, name in _LEVELS if record.levelno >= least), "debug")
                    context._log(level, self.format(record))

        _handler = ToAttempt()
    if _handler not in logging.root.handlers:
        logging.root.addHandler(_handler)


def release_logging() -> None:
    import logging

    if _handler is not None:
        logging.root.removeHandler(_handler)


_handler: logging.Handler | None = None
