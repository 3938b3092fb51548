"""Messages to and from the engine: lines of JSON over a socket, batched both ways (docs/internals/worker-protocol.md).

Reading and writing JSON goes to the C functions that the module `json` itself stands on: that module costs more to
import than everything else that a short flow needs.
"""

from __future__ import annotations

from _queue import SimpleQueue
from _thread import allocate_lock, start_new_thread
from time import monotonic, sleep

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


_TOGETHER_SECONDS = 0.001  # messages that come within this time go out together


_unbegun: list[Any] = []


def start_thread(function: Callable[..., object], *arguments: object) -> None:
    """Calls the function on a thread of its own, which nobody waits for."""
    gate = allocate_lock()
    gate.acquire()
    _unbegun.append(gate)
    start_new_thread(_begin, (gate, function, arguments))


def _begin(gate: Any, function: Callable[..., object], arguments: tuple[object, ...]) -> None:
    _unbegun.remove(gate)
    gate.release()
    function(*arguments)


def wait_until_begun() -> None:
    """Until every thread has begun: Python crashes when it ends before one that was started has run at all."""
    for gate in list(_unbegun):
        gate.acquire()


class Connection:
    """One end of the conversation. Any thread may post and flush; one thread reads."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._outbox: list[str] = []
        self._sending = allocate_lock()
        self._broken = False
        self._sent_at = 0.0
        self._nudges: SimpleQueue[None] = SimpleQueue()
        self._is_nudged = False
        self._has_flusher = False

    def post(self, message: str) -> None:
        """Queues a message, already text; it goes out with the next flush."""
        self._outbox.append(message)

    def send(self, message: str) -> None:
        self._outbox.append(message)
        self.flush()

    def send_soon(self, message: str) -> None:
        """Sends it together with others when many come at once: within some milliseconds."""
        self._outbox.append(message)
        if monotonic() - self._sent_at > _TOGETHER_SECONDS:
            self.flush()
        elif not self._is_nudged:
            self._is_nudged = True
            if not self._has_flusher:
                self._has_flusher = True
                start_thread(self._flush_now_and_then)
            self._nudges.put(None)

    def _flush_now_and_then(self) -> None:
        while not self._broken:
            self._nudges.get()
            sleep(_TOGETHER_SECONDS)
            self._is_nudged = False
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
            try:
                self._socket.sendall((line + "\n").encode())
            except OSError:
                self._broken = True  # the reader sees it too, and ends what depends on it

    def messages(self) -> Iterator[tuple[Message, bool]]:
        """Each message that comes, and whether wrapped values may be in it, until the other side is gone."""
        unfinished: list[bytes] = []
        while True:
            try:
                data = self._socket.recv(1 << 20)
            except OSError:
                return
            if not data:
                return
            unfinished.append(data)
            if b"\n" not in data:
                continue
            lines = b"".join(unfinished).split(b"\n")
            unfinished = [lines.pop()]
            for line in lines:
                text = line.decode()
                has_wrapped = '"$value"' in text
                read = loads(text)
                if type(read) is list:
                    for message in read:
                        yield message, has_wrapped
                else:
                    yield read, has_wrapped

    def close(self) -> None:
        """Whoever is reading sees the end."""
        try:  # noqa: SIM105 (contextlib is an import too many)
            self._socket.shutdown(2)
        except OSError:
            pass  # the other side was first
        self._socket.close()
