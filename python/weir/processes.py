"""A worker of the role `tasks`: one attempt of kind `python.process` at a time, on the main thread of a process that
the engine may end."""

from __future__ import annotations

import os
from _thread import allocate_lock, start_new_thread

from .attempts import Attempt
from .capture import start_capture
from .codecs import Store
from .contexts import RunInfo
from .errors import FlowError
from .interruption import call, cancel
from .source import find_task
from .wire import Connection, dumps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import LockType
    from types import ModuleType

    from .wire import Message


def serve(connection: Connection, module: ModuleType, opened: Message) -> None:
    """Until the engine is gone."""
    from _queue import SimpleQueue

    run = RunInfo(opened["run"])
    attempts: SimpleQueue[tuple[Message, bool]] = SimpleQueue()
    current: dict[int, Attempt] = {}
    lock = allocate_lock()

    def listen() -> None:
        for message, has_wrapped in connection.messages():
            if message["type"] == "start":
                attempts.put((message, has_wrapped))
            elif message["type"] == "cancel" and (attempt := current.get(message["id"])):
                cancel(attempt, lock)
        os._exit(0)

    start_capture()
    connection.send('{"type":"ready"}')
    start_new_thread(listen, ())
    while True:
        message, has_wrapped = attempts.get()
        _run(connection, module, run, message, has_wrapped, current, lock)


def _run(
    connection: Connection,
    module: ModuleType,
    run: RunInfo,
    message: Message,
    has_wrapped: bool,
    current: dict[int, Attempt],
    lock: LockType,
) -> None:
    try:
        task = find_task(module, message["inputs"].get("function", ""))
    except FlowError as unknown:
        failure = {"message": str(unknown), "retryable": False}
        connection.send(f'{{"type":"failed","id":{message["id"]},"us":0,"failure":{dumps(failure)}}}')
        return
    store = Store(run.results, run.sync)
    attempt = Attempt(message, has_wrapped, task, None, run, store, connection, lambda what: _ask(connection, what))
    current[attempt.id] = attempt
    value, error = call(attempt, lock, os.getpid())
    del current[attempt.id]
    attempt.succeed(value) if error is None else attempt.fail(error)
    connection.flush()


def _ask(connection: Connection, what: str) -> None:
    connection.leave(f'{{"type":"ask","what":"{what}"}}')
