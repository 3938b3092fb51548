"""Attempts of tasks in this process: each is called with what it was declared with, watched, and reported.

An attempt knows how to be called and how its end is told; threads.py, coroutines.py and processes.py say where it runs.
"""

from __future__ import annotations

import os
from time import perf_counter_ns

from .capture import finish_lines
from .codecs import CannotKeep
from .contexts import CURRENT, Context
from .errors import FailWithoutRetry, Skip, TaskCancelled
from .failures import failure_of, place_of
from .futures import NOTHING, Future, MappedFuture
from .values import from_json, to_text
from .wire import cut, dumps, too_large

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .codecs import Store
    from .contexts import RunInfo
    from .nodes import Node
    from .tasks import Task
    from .wire import Connection, Message


class Attempt:
    """One try of a task run in this process."""

    __slots__ = (
        "_arguments",
        "_connection",
        "_element",
        "_has_wrapped",
        "_started",
        "_store",
        "context",
        "id",
        "is_cancelled",
        "node",
        "number",
        "task",
        "thread",
    )

    def __init__(
        self,
        message: Message,
        has_wrapped: bool,
        task: Task[Any],
        node: Node | None,
        run: RunInfo,
        store: Store,
        connection: Connection,
        ask: Callable[[str], None],
    ) -> None:
        self.id: int = message["id"]
        self.task = task
        self.node = node
        self.number: int = message["number"]
        key: str = message["task"]
        self._element = int(key[key.index("[") + 1 : -1]) if key[-1] == "]" else None
        self._arguments: dict[str, Any] = message["inputs"].get("arguments", {})
        self._has_wrapped = has_wrapped
        self._store = store
        self._connection = connection
        self._started = 0
        self.is_cancelled = False
        self.thread = 0
        self.context = Context(
            run, key, self.number, message.get("token", ""), self.log, lambda: self.is_cancelled, ask
        )

    # Its log. This is called on the thread of the task, where it may be interrupted.

    def log(self, level: str, text: str) -> None:
        lines = dumps([[level, line] for line in cut(text).split("\n")])
        self._connection.leave(f'{{"type":"log","id":{self.id},"lines":{lines}}}')

    # The call.

    def begin(self) -> dict[str, Any]:
        """The arguments. CURRENT is the attempt's from here on, in this thread or coroutine."""
        self._started = perf_counter_ns()
        CURRENT.set(self.context)
        arguments, self._arguments = self._arguments, {}
        if self._has_wrapped:
            arguments = {name: from_json(value, self._store) for name, value in arguments.items()}
        self._take_by_reference(arguments)
        return arguments

    def _take_by_reference(self, arguments: dict[str, Any]) -> None:
        """Objects that are in this process already are passed as they are. A further attempt reads them anew: the one
        before may have changed them."""
        call = self.node.call if self.node else None
        if call is None or self.number > 1:
            return
        for name, held in call.held.items():
            value = held._box.value if type(held) is Future else held
            if value is not NOTHING and type(held) is not MappedFuture:
                arguments[name] = value

    # Its end, which is told with the connection's next flush.

    def succeed(self, value: Any) -> None:
        if type(value).__name__ == "generator":
            value = list(value)
        try:
            if isinstance(value, (Future, MappedFuture)):
                raise CannotKeep("a future cannot be kept: return its .result()")
            text = to_text(value, self._store)
            if much := too_large(text):
                raise CannotKeep(f"{much}: write it into a file and return its path, or return it in parts")
        except CannotKeep as error:
            place = place_of(self.task.signature.code)
            failure = {"message": f"what '{self.task.name}' ({place}) returned: {error}", "retryable": False}
            return self._report("failed", f'"failure":{dumps(failure)}')
        except RecursionError:
            return self.fail(CannotKeep("what was returned is nested too deeply"))
        if self.node and self.node.boxes:
            self.node.keep(self._element, value)
        return self._report("succeeded", f'"value":{text}')

    def fail(self, error: BaseException) -> None:
        if isinstance(error, TaskCancelled) and self.is_cancelled:
            return self._report("cancelled", "")
        if isinstance(error, Skip):
            return self._report("skipped", f'"reason":{dumps(cut(str(error)))}')
        failure = failure_of(error)
        if isinstance(error, SystemExit):
            failure["message"] = f"the task called sys.exit({'' if error.code is None else repr(error.code)})"
        if isinstance(error, FailWithoutRetry):
            failure = {"message": str(error), "trace": failure["trace"], "retryable": False}
        elif not self.task.retry_choice.wants(error, failure["message"]):
            failure["retryable"] = False
        if self.node and self._element is None:
            self.node.cause = error
        return self._report("failed", f'"failure":{dumps(_sendable(failure))}')

    def give_up(self) -> None:
        """It was cancelled and does not end: its thread is left to itself."""
        self.log("warning", "it could not be interrupted: its thread goes on until the program ends")
        self._report("cancelled", "")

    def _report(self, type_: str, members: str) -> None:
        took = (perf_counter_ns() - self._started) // 1000
        finish_lines(self.context)
        del self.context  # it refers back: without it, the attempt and its arguments go as soon as nobody uses them
        self._connection.post(f'{{"type":"{type_}","id":{self.id},"us":{took}{"," if members else ""}{members}}}')


def _sendable(failure: dict[str, Any]) -> dict[str, Any]:
    """Users' texts may hold what is no Unicode, and be of any length."""
    return {
        name: cut(value).encode("utf-8", "replace").decode() if isinstance(value, str) else value
        for name, value in failure.items()
    }


def report_lost(connection: Connection, message: Message) -> None:
    """The flow body has returned and did not declare this task again."""
    key = message["task"].partition("[")[0]
    failure = {"message": f"the flow has no task '{key}' any more", "retryable": False}
    connection.send(f'{{"type":"failed","id":{message["id"]},"us":0,"failure":{dumps(failure)}}}')


def end_if_forked(pid: int) -> None:
    """A process that a task has forked off reports nothing: it ends where its parent goes on."""
    if os.getpid() != pid:
        os._exit(0)
