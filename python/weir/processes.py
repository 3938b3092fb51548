"""A worker of the role `tasks`: one attempt of kind `python.process` at a time, on the main thread of a process that
the engine may end."""

from __future__ import annotations

import os
from _thread import get_ident, start_new_thread

from .attempts import Attempt
from .capture import start_capture
from .codecs import Store
from .contexts import RunInfo
from .errors import FlowError, TaskCancelled
from .source import find_task
from .threads import interrupt
from .wire import Connection, dumps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from .wire import Message


def serve(connection: Connection, module: ModuleType, opened: Message) -> None:
    """Until the engine is gone."""
    from _queue import SimpleQueue

    run = RunInfo(opened["run"])
    attempts: SimpleQueue[tuple[Message, bool]] = SimpleQueue()
    current: dict[int, Attempt] = {}
    main = get_ident()

    def listen() -> None:
        for message, has_wrapped in connection.messages():
            if message["type"] == "start":
                attempts.put((message, has_wrapped))
            elif message["type"] == "cancel" and message["id"] in current:
                current[message["id"]].is_cancelled = True
                interrupt(main)
        os._exit(0)

    start_capture()
    connection.send('{"type":"ready"}')
    start_new_thread(listen, ())
    while True:
        message, has_wrapped = attempts.get()
        _run(connection, module, run, message, has_wrapped, current)


def _run(
    connection: Connection,
    module: ModuleType,
    run: RunInfo,
    message: Message,
    has_wrapped: bool,
    current: dict[int, Attempt],
) -> None:
    try:
        task = find_task(module, message["inputs"].get("function", ""))
    except FlowError as unknown:
        failure = {"message": str(unknown), "retryable": False}
        connection.send(f'{{"type":"failed","id":{message["id"]},"us":0,"failure":{dumps(failure)}}}')
        return
    store = Store(run.results, run.sync)
    attempt = Attempt(message, has_wrapped, task, None, run, store, connection, lambda what: _ask(connection, what))
    value: Any = None
    error: BaseException | None = None
    try:
        current[attempt.id] = attempt
        value = task.signature.call(task.function, attempt.begin())
    except BaseException as raised:
        error = raised
    try:
        del current[attempt.id]
        interrupt(get_ident(), take_back=True)
    except TaskCancelled:
        current.pop(attempt.id, None)
    attempt.succeed(value) if error is None else attempt.fail(error)
    connection.flush()


def _ask(connection: Connection, what: str) -> None:
    connection.send(f'{{"type":"ask","what":"{what}"}}')
