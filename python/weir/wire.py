"""Messages to and from the engine: lines of JSON over a socket, batched both ways (docs/internals/worker-protocol.md).

Reading and writing JSON goes to the C functions that the module `json` itself stands on: that module costs more to
import than everything else that a short flow needs.
"""

from __future__ import annotations

from _thread import allocate_lock, start_new_thread
from time import monotonic, sleep

from .errors import FlowError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator
    from typing import Any

    Message = dict[str, Any]

try:
    from _json import encode_basestring, make_encoder, make_scanner
except ImportError:
    import json

    def dumps(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)

    def loads(text: str) -> Any:
        return json.loads(text)
else:

    def _refuse(value: object) -> None:
        raise TypeError(f"{type(value).__name__} is no JSON")

    class _Reading:
        """What the scanner wants to know, in the words of json.JSONDecoder."""

        strict = False
        object_hook = object_pairs_hook = None
        parse_float = float
        parse_int = int
        parse_constant = float
        memo: dict[str, str] = {}

    _scan = make_scanner(_Reading())  # type: ignore[arg-type]
    _encode = make_encoder(None, _refuse, encode_basestring, None, ":", ",", False, False, False)

    def dumps(value: object) -> str:
        """Compact JSON on one line. ValueError for what is not finite, TypeError for what is no JSON."""
        return "".join(_encode(value, 0))

    def loads(text: str) -> Any:
        """The value of a text that begins with one."""
        return _scan(text, 0)[0]


MESSAGE_BYTES_MAX = 64 * 1024 * 1024  # as line_bytes_max of the engine
TEXT_CHARACTERS_MAX = 8 * 1024 * 1024  # of one that is only shown

_COROUTINES_MAX = 1000
_TOGETHER_SECONDS = 0.001  # messages that come within this time go out together
_AROUND_BYTES_MAX = 4096  # what else stands in a message with a large value
_RECEIVED_BYTES_MAX = 1 << 16  # at once; more would be a mapping of its own each time


def too_large(text: str) -> str:
    """ "70.2 MiB, more than the 64 MiB that …" of what does not fit into a message; empty when it does."""
    size = len(text) if len(text) > MESSAGE_BYTES_MAX or text.isascii() else len(text.encode())
    if size + _AROUND_BYTES_MAX <= MESSAGE_BYTES_MAX:
        return ""
    return f"{size / 2**20:.1f} MiB as JSON, more than the {MESSAGE_BYTES_MAX >> 20} MiB that fit into a message"


def cut(text: str) -> str:
    """What is written or said, as much of it as is kept; even with all its characters escaped it fits."""
    more = len(text) - TEXT_CHARACTERS_MAX
    return text if more <= 0 else f"{text[:TEXT_CHARACTERS_MAX]}… and {more:,} more characters"


_unbegun: list[Any] = []


def start_thread(function: Callable[..., object], *arguments: object) -> None:
    """Calls the function on a thread of its own, which nobody waits for. The caller may be interrupted at any point."""
    gate = allocate_lock()
    gate.acquire()
    try:
        _unbegun.append(gate)
        start_new_thread(_begin, (gate, function, arguments))
    except BaseException:
        _mark_begun(gate)
        raise


def _begin(gate: Any, function: Callable[..., object], arguments: tuple[object, ...]) -> None:
    _mark_begun(gate)
    function(*arguments)


def _mark_begun(gate: Any) -> None:
    try:
        _unbegun.remove(gate)
    except ValueError:
        return  # whoever started it was interrupted, and does not wait
    gate.release()


def wait_until_begun() -> None:
    """Until every thread has begun: Python crashes when it ends before one that was started has run at all."""
    for gate in list(_unbegun):
        gate.acquire()


def _bytes_of(lines: str) -> bytes:
    """What users print may hold what is no Unicode: half of a pair, for a byte of a file's name."""
    return (lines + "\n").encode("utf-8", "replace")


class Connection:
    """One end of the conversation. Any thread may post and flush; one thread reads."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._outbox: list[str] = []
        self._sending = allocate_lock()
        self._broken = False
        self._sent_at = 0.0
        self._nudge = allocate_lock()  # free: something is to be flushed
        self._nudge.acquire()
        self._has_flusher = False
        self._is_urgent = False
        self._unfinished: list[bytes] = []

    def post(self, message: str) -> None:
        """Queues a message, already text; it goes out with the next flush."""
        self._outbox.append(message)

    def send(self, message: str) -> None:
        self._outbox.append(message)
        self.flush()

    def send_soon(self, message: str) -> None:
        """Sends it together with others when many come at once: within some milliseconds."""
        self._outbox.append(message)
        self.flush_soon()

    def leave(self, message: str) -> None:
        """The same for a thread that may be interrupted at any point: another one sends it."""
        self._outbox.append(message)
        self._have_flushed()

    def hasten(self) -> None:
        """What is sent next is not held back: something has been waited for, so that the next thing may be too."""
        self._is_urgent = True

    def flush_soon(self) -> None:
        if self._is_urgent or monotonic() - self._sent_at > _TOGETHER_SECONDS:
            self.flush()
        else:
            self._have_flushed()

    def _have_flushed(self) -> None:
        if not self._has_flusher:
            start_thread(self._flush_now_and_then)
            self._has_flusher = True
        if self._nudge.locked():
            try:
                self._nudge.release()
            except RuntimeError:
                pass  # another thread was first

    def _flush_now_and_then(self) -> None:
        while not self._broken:
            self._nudge.acquire()
            sleep(_TOGETHER_SECONDS)
            self.flush()

    def flush(self) -> None:
        """Sends everything that is queued. A thread that finds another one sending leaves its messages to that one."""
        while self._outbox and self._sending.acquire(False):
            try:
                self._send_queued()
            finally:
                self._sending.release()

    def _send_queued(self) -> None:
        while count := len(self._outbox):
            batch = self._outbox[:count]
            del self._outbox[:count]
            if self._broken:
                continue
            line = batch[0] if count == 1 else "[" + ",".join(batch) + "]"
            self._sent_at = monotonic()
            self._is_urgent = False
            data = _bytes_of(line)
            if len(data) > MESSAGE_BYTES_MAX and count > 1:
                data = _bytes_of("\n".join(batch))
            try:
                self._socket.sendall(data)
            except OSError:
                self._broken = True  # the reader sees it too, and ends what depends on it

    def receive(self) -> list[tuple[list[Message], bool]] | None:
        """Waits for more, and gives the messages of each line that is complete, and whether wrapped values may be in
        them. None when the other side is gone. One thread at a time."""
        try:
            data = self._socket.recv(_RECEIVED_BYTES_MAX)
        except OSError:
            return None
        if not data:
            return None
        self._unfinished.append(data)
        if b"\n" not in data:
            return []
        lines = b"".join(self._unfinished).split(b"\n")
        self._unfinished = [lines.pop()]
        received: list[tuple[list[Message], bool]] = []
        for line in lines:
            text = line.decode()
            read = loads(text)
            received.append((read if type(read) is list else [read], '"$value"' in text))
        return received

    def messages(self) -> Iterator[tuple[Message, bool]]:
        """All that come, until the other side is gone."""
        while (received := self.receive()) is not None:
            for messages, has_wrapped in received:
                for message in messages:
                    yield message, has_wrapped

    def greet(self, threads: int | None) -> int:
        """Says hello, with the next flush. How many threads there may be: by default as many as suit the machine."""
        import os
        import sys

        count = threads or min(32, (os.cpu_count() or 1) + 4)
        version = ".".join(map(str, sys.version_info[:3]))
        self.post(
            f'{{"type":"hello","protocol":1,"language":"python","version":"{version}","pid":{os.getpid()},'
            f'"threads":{count},"coroutines":{_COROUTINES_MAX}}}'
        )
        return count

    def ask_for_run(self, asked: dict[str, Any]) -> None:
        text = dumps({"type": "run", **asked})
        if much := too_large(text):
            raise FlowError(f"the parameters of the flow are {much}")
        self.send(text)

    def close(self) -> None:
        """Whoever is reading sees the end."""
        try:  # noqa: SIM105 (contextlib is an import too many)
            self._socket.shutdown(2)
        except OSError:
            pass  # the other side was first
        self._socket.close()
