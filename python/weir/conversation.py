"""The conversation with an engine about one run: who reads, who is told, and when it is over."""

from __future__ import annotations

from _thread import allocate_lock

from .attempts import Attempt, report_lost
from .body import Body
from .codecs import text_of
from .contexts import BODY, CURRENT, Context, RunInfo
from .errors import RunFailed, RunInterrupted, WeirError
from .failures import failure_of, where
from .listening import Listening
from .threads import Threads
from .values import is_plain
from .waiting import wait_at
from .wire import cut, dumps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .nodes import Node
    from .wire import Connection, Message

_RETURNED_CHARACTERS_MAX = 1024 * 1024


class Conversation:
    """`owns_engine`: this program started the engine, and not the other way round. `threads`: as in the hello."""

    def __init__(self, connection: Connection, owns_engine: bool, threads: int) -> None:
        self.connection = connection
        self.body: Body | None = None
        self.finished: Message | None = None
        self.refused: dict[str, Any] | None = None
        self.on_changed: Callable[[Message], None] | None = None
        self._listening = Listening(self.connection, self._take, self._leave)
        self._threads = Threads(self.connection, self._listening, threads, gives_up=owns_engine)
        self._coroutines: Any = None
        self._orphans: dict[str, list[tuple[Message, bool]]] = {}
        self._orphans_lock = allocate_lock()
        self._is_closed = False
        self._has_ended = False
        self._begun = allocate_lock()
        self._begun.acquire()
        self._over = allocate_lock()
        self._over.acquire()
        self._on_over: list[Callable[[], object]] = []

    def listen(self) -> None:
        """Takes what the engine says, until the engine is gone."""
        self._listening.start(self._threads)

    def begin(self) -> RunInfo:
        """Waits until the run exists that was asked for. WeirError when it cannot."""
        wait_at(self._begun)
        if self.body is None:
            raise WeirError(_told(self.refused) if self.refused else "the engine ended before the run began")
        return self.body.run

    def run_body(self, function: Callable[[], Any]) -> Any:
        """Calls the body in this thread. What it raises closes the graph, and is raised again."""
        body = self.body
        assert body is not None
        tokens = BODY.set(body), CURRENT.set(self.body_context())
        try:
            value = function()
        except BaseException as error:
            self.close(error)
            raise
        else:
            self.close(None, value)
            return value
        finally:
            BODY.reset(tokens[0])
            CURRENT.reset(tokens[1])

    def body_context(self) -> Context:
        assert self.body is not None
        return Context(self.body.run, log=self.print_line, ask=self.ask)

    def close(self, error: BaseException | None, returned: object = None) -> None:
        """The body has returned: no further task comes."""
        with self._orphans_lock:
            self._is_closed = True
            left = [message for messages in self._orphans.values() for message, _ in messages]
            self._orphans.clear()
        if not self._has_ended:
            members = ""
            if error is not None:
                failure = failure_of(error)
                place = where(error)
                failure["message"] = f"{place}: {failure['message']}" if place else failure["message"]
                members = f',"failure":{dumps(failure)}'
            elif returned is not None:
                members = f',"returned":{_shown(returned)}'
            self.connection.send(f'{{"type":"close"{members}}}')
        for message in left:
            report_lost(self.connection, message)

    def wait(self) -> None:
        """Until the run is at rest."""
        wait_at(self._over)
        self._over.release()

    def wait_until_finished(self) -> None:
        """RunFailed or RunInterrupted when the run did not succeed."""
        self.wait()
        self.raise_unless_fine()

    def when_over(self, do: Callable[[], object]) -> None:
        self._on_over.append(do)
        if self._over.acquire(False):
            self._over.release()
            do()

    def raise_unless_fine(self) -> None:
        assert self.body is not None
        name = self.body.run.name
        if self.finished is None or self.finished["state"] == "running":
            raise RunInterrupted(name)
        if self.finished["state"] != "succeeded":
            raise RunFailed(name, self.finished["state"], self.finished.get("message", ""))

    def print_line(self, level: str, text: str) -> None:
        """What a body prints or logs."""
        stream = "out" if level == "info" else "err"
        self.connection.send_soon(f'{{"type":"print","stream":"{stream}","text":{dumps(cut(text))}}}')

    def ask(self, what: str) -> None:
        self.connection.leave(f'{{"type":"ask","what":"{what}"}}')  # of tasks, too

    # On the thread that listens.

    def _take(self, messages: list[Message], has_wrapped: bool) -> None:
        for message in messages:
            take = self._takers.get(message["type"])
            if take is not None:
                take(self, message, has_wrapped)

    def _leave(self) -> None:
        self._end()
        self.connection.close()

    def _take_begin(self, message: Message, _: bool) -> None:
        body = Body(self.connection, RunInfo(message["run"]))
        body.on_declared = self._declared
        self.body = body
        self._begun.release()

    def _take_refused(self, message: Message, _: bool) -> None:
        self.refused = message["error"]

    def _take_start(self, message: Message, has_wrapped: bool) -> None:
        assert self.body is not None
        key: str = message["task"]
        if key[-1] == "]":
            key = key[: key.index("[")]
        node = self.body.nodes.get(key)
        if node is None:
            with self._orphans_lock:
                node = self.body.nodes.get(key)
                if node is None and not self._is_closed:
                    self._orphans.setdefault(key, []).append((message, has_wrapped))
                    return
        if node is None or node.call is None:
            report_lost(self.connection, message)
        else:
            self._start(message, has_wrapped, node)

    def _start(self, message: Message, has_wrapped: bool, node: Node) -> None:
        assert self.body is not None and node.call is not None
        task = node.call.task
        attempt = Attempt(message, has_wrapped, task, node, self.body.run, self.body.store, self.connection, self.ask)
        place = self._place_of(task)
        place.accept(attempt)
        place.give(attempt)

    def _place_of(self, task: Any) -> Any:
        if not task.signature.is_async:
            return self._threads
        if self._coroutines is None:
            from .coroutines import Coroutines

            self._coroutines = Coroutines(self.connection)
        return self._coroutines

    def _declared(self, node: Node) -> None:
        """Attempts of a resumed run may have been waiting for it."""
        if not self._orphans:
            return
        with self._orphans_lock:
            waiting = self._orphans.pop(node.key, [])
        for message, has_wrapped in waiting:
            self._start(message, has_wrapped, node)
        self._threads.hand_out()

    def _take_cancel(self, message: Message, _: bool) -> None:
        id_ = message["id"]
        with self._orphans_lock:
            for key, messages in self._orphans.items():
                left = [(it, flag) for it, flag in messages if it["id"] != id_]
                if len(left) < len(messages):
                    self._orphans[key] = left
                    self.connection.send(f'{{"type":"cancelled","id":{id_}}}')
                    return
        self._threads.cancel(id_)
        if self._coroutines is not None:
            self._coroutines.cancel(id_)

    def _take_changed(self, message: Message, _: bool) -> None:
        if self.on_changed is not None:
            self.on_changed(message)

    def _take_finished(self, message: Message, _: bool) -> None:
        self.finished = message
        self._end()

    def _end(self) -> None:
        """Nothing more will come: the run is at rest, or the engine is gone."""
        if self._has_ended:
            return
        self._has_ended = True
        if self.body is None:
            self._begun.release()
        else:
            self.body.end()
        self._over.release()
        for do in self._on_over:
            do()

    def _take_ended(self, message: Message, _: bool) -> None:
        assert self.body is not None
        self.body.take_ended(message)

    def _take_expanded(self, message: Message, _: bool) -> None:
        assert self.body is not None
        self.body.take_expanded(message)

    def _take_value(self, message: Message, has_wrapped: bool) -> None:
        assert self.body is not None
        self.body.take_value(message, has_wrapped)

    def _take_synced(self, message: Message, _: bool) -> None:
        assert self.body is not None
        self.body.take_synced(message)

    _takers = {
        "begin": _take_begin,
        "refused": _take_refused,
        "start": _take_start,
        "cancel": _take_cancel,
        "ended": _take_ended,
        "expanded": _take_expanded,
        "value": _take_value,
        "synced": _take_synced,
        "changed": _take_changed,
        "finished": _take_finished,
    }


def _shown(value: object) -> str:
    """What a body returned, for people and programs that look on: JSON, or what it looks like."""
    text = dumps(value) if is_plain(value) else ""
    return text if 0 < len(text) <= _RETURNED_CHARACTERS_MAX else dumps({"$value": {"text": text_of(value)}})


def _told(refused: dict[str, Any]) -> str:
    hint = refused.get("hint", "")
    return f"{refused['message']}\nhelp: {hint}" if hint else str(refused["message"])
