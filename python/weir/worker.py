"""`python -m weir.worker`: a worker that an engine started. Its standard input is the socket to that engine.

In the role `body` it runs the body of one flow and the tasks beside it; in the role `tasks` one attempt at a time.
"""

from __future__ import annotations

import os
import sys

from .body import Body, Traced
from .capture import start_capture
from .contexts import BODY, CURRENT, Context, RunInfo
from .conversation import Conversation
from .errors import FlowError, RunFailed, RunInterrupted, WeirError
from .flows import hooks_for, resolved
from .parameters import checked, from_texts, to_history
from .source import CannotLoad, find_flow, load
from .wire import Connection, dumps

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from types import ModuleType
    from typing import Any, NoReturn

    from .flows import Flow
    from .wire import Message


def main() -> None:
    import faulthandler
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the engine is asked, and asks us
    faulthandler.enable(all_threads=False)
    connection = Connection(take_socket())
    conversation = Conversation(connection, False, connection.greet(None))
    connection.flush()
    opened = next((message for message, _ in connection.messages() if message["type"] == "open"), None)
    if opened is None:
        return
    try:
        os.chdir(opened.get("directory") or ".")
        module = load(opened["file"])
        if opened["role"] == "tasks":
            from .processes import serve

            serve(connection, module, opened)
        else:
            run_body(conversation, module, opened)
    except (CannotLoad, FlowError) as error:
        refuse(connection, error)
    except BaseException:  # a fault of weir's
        sys.excepthook(*sys.exc_info())
        leave(connection, 1)
    leave(connection, 0)


def leave(connection: Connection, code: int) -> NoReturn:
    connection.flush()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # threads may be inside of user code that knows no end


def take_socket() -> socket.socket:
    """Standard input is free for user code afterwards: there is nothing to read."""
    from socket import socket as make_socket

    end = make_socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return end


def refuse(connection: Connection, error: WeirError) -> None:
    told: dict[str, Any] = {"message": str(error), "code": "invalid"}
    if isinstance(error, CannotLoad):
        told["trace"] = error.trace
    connection.send(dumps({"type": "refused", "error": told}))


def run_body(conversation: Conversation, module: ModuleType, opened: Message) -> None:
    flow = find_flow(module, opened.get("flow", ""))
    what = f"flow '{flow.name}'"
    arguments = {}
    if not opened.get("resume"):
        arguments = checked(flow.signature, from_texts(flow.signature, opened.get("parameters", []), what), what)
    hooks = hooks_for(flow, conversation)
    asked = {
        "flow": flow.name,
        "parameters": to_history(arguments),
        "source": source_of(flow, opened),
        "options": flow.run_options,
        "tells": hooks is not None,
    }
    start_capture()
    if opened.get("mode") == "trace":
        trace(conversation.connection, flow, arguments, asked)
        return
    conversation.connection.ask_for_run(asked)
    conversation.listen()
    run = conversation.begin()
    arguments = checked(flow.signature, run.parameters, what)
    try:
        conversation.run_body(lambda: call(flow, arguments))
        conversation.wait_until_finished()
    except BaseException:
        conversation.wait()  # the engine tells how it ended; what the body raised it knows
    if hooks is not None:
        hooks.finish()


def call(flow: Flow[..., Any], arguments: dict[str, Any]) -> Any:
    value = flow.signature.call(flow.function, arguments)
    if flow.signature.is_async:
        import asyncio

        value = asyncio.run(value)
    return resolved(value)


def source_of(flow: Flow[..., Any], opened: Message) -> dict[str, Any]:
    return {
        "face": "python",
        "file": opened["file"],
        "flow": flow.name,
        "python": sys.executable,
        "directory": os.getcwd(),
    }


def trace(connection: Connection, flow: Flow[..., Any], arguments: dict[str, Any], asked: dict[str, Any]) -> None:
    """Declares what the body declares up to the first wait for a result."""
    connection.send(dumps({"type": "run", **asked}))
    run = RunInfo({"id": "", "name": "traced", "flow": flow.name, "parameters": asked["parameters"]})
    body = Body(connection, run, is_traced=True)
    BODY.set(body)
    CURRENT.set(Context(run))
    waits_for = ""
    try:
        call(flow, arguments)
    except Traced as waiting:
        waits_for = f',"waits_for":{dumps(str(waiting))}'
    except (RunFailed, RunInterrupted, FlowError) as error:
        return refuse(connection, FlowError(str(error)))
    except Exception as error:
        from .failures import message_of, trace_of

        return refuse(connection, CannotLoad(f"the body of '{flow.name}' raised {message_of(error)}", trace_of(error)))
    return connection.send(f'{{"type":"traced"{waits_for}}}')


if __name__ == "__main__":
    main()
