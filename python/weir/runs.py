"""Runs a flow from this program: starts an engine, runs the body here, waits for the end."""

from __future__ import annotations

import os
import sys

from .errors import RunFailed, RunInterrupted, TaskFailed
from .flows import hooks_for, resolved, wants_hooks
from .parameters import checked, to_history
from .wire import Connection, wait_until_begun

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .conversation import Conversation
    from .engine import Engine
    from .flows import Flow

_ENDINGS: list[Any] = []  # conversations under way in this process


def run(flow: Flow[..., Any], arguments: dict[str, Any], options: dict[str, Any], engine: Engine) -> Any:
    """What the body returns. `options` as in the message `run`; with `resume`, the history has the arguments."""
    started = _Run(flow, arguments, options, engine)
    try:
        value = started.conversation.run_body(lambda: started.call())
        started.conversation.wait_until_finished()
        return value
    except (RunFailed, TaskFailed) as error:
        error.exit_code = started.exit_code
        raise
    finally:
        started.end()


async def run_in_loop(flow: Flow[..., Any], arguments: dict[str, Any], options: dict[str, Any], engine: Engine) -> Any:
    """The same for an async flow, in the running loop."""
    from asyncio import get_running_loop

    from .contexts import BODY, CURRENT

    started = _Run(flow, arguments, options, engine)
    conversation = started.conversation
    error: BaseException | None = None
    try:
        BODY.set(conversation.body)
        CURRENT.set(conversation.body_context())
        try:
            value = await started.call()
            value = resolved(value)
        except BaseException as raised:
            error = raised
            raise
        finally:
            conversation.close(error)
            BODY.set(None)
            CURRENT.set(None)
        loop = get_running_loop()
        over = loop.create_future()
        conversation.when_over(lambda: loop.call_soon_threadsafe(over.set_result, None))
        await over
        conversation.raise_unless_fine()
        return value
    except (RunFailed, TaskFailed) as failed:
        failed.exit_code = started.exit_code
        raise
    finally:
        started.end()


class _Run:
    """A run that has begun, and what has to be put back after it."""

    def __init__(
        self, flow: Flow[..., Any], arguments: dict[str, Any], options: dict[str, Any], engine: Engine
    ) -> None:
        self._flow = flow
        self._engine = engine
        self._hooks = None
        connection = Connection(engine.socket)
        try:
            threads = connection.greet(flow.options.get("threads"))
            connection.ask_for_run(
                {
                    "flow": flow.name,
                    "parameters": to_history(arguments),
                    "source": source_of(flow),
                    "options": {**flow.run_options, **options},
                    "tells": wants_hooks(flow),
                }
            )
            # The rest is imported while the engine makes the run.
            from . import calls  # noqa: F401
            from .capture import start_capture
            from .conversation import Conversation

            self.conversation = Conversation(connection, True, threads)
            self._hooks = hooks_for(flow, self.conversation)
            self.conversation.listen()
            run_info = self.conversation.begin()
            self._arguments = arguments
            if "resume" in options:
                self._arguments = checked(flow.signature, run_info.parameters, f"flow '{flow.name}'")
        except BaseException:
            connection.close()
            raise
        self._interrupts = _Interrupts(self.conversation)
        if not _ENDINGS:
            start_capture()
        _ENDINGS.append(self)

    def call(self) -> Any:
        value = self._flow.signature.call(self._flow.function, self._arguments)
        return value if self._flow.signature.is_async else resolved(value)

    @property
    def exit_code(self) -> int:
        return 130 if self._interrupts.presses else 1

    def end(self) -> None:
        """Waits until the engine has said its last word."""
        self.conversation.connection.flush()
        while True:
            try:
                self.conversation.wait()
                break
            except KeyboardInterrupt:
                self.conversation.ask("interrupt")
        self._interrupts.end()
        wait_until_begun()
        if self._hooks is not None:
            self._hooks.finish()
        _ENDINGS.remove(self)
        if not _ENDINGS:
            from .capture import stop_capture

            stop_capture()


class _Interrupts:
    """While a run is under way in the main thread, Ctrl-C means what it means to `weir run`: the first stops starting
    work, the second cancels, the third leaves."""

    def __init__(self, conversation: Conversation) -> None:
        import _signal  # type: ignore[import-not-found]  # what `signal` stands on, without its enums

        self._before: Any = None
        self._conversation = conversation
        self.presses = 0
        handler = _signal.getsignal(_signal.SIGINT)
        if handler is _signal.default_int_handler or _is_asyncios(handler):
            try:  # noqa: SIM105 (contextlib is an import too many)
                self._before = _signal.signal(_signal.SIGINT, self._interrupted)
            except ValueError:
                pass  # not the main thread, which has its own ways

    def _interrupted(self, *_: object) -> None:
        self.presses += 1
        self._conversation.ask("interrupt")
        if self.presses > 2:
            assert self._conversation.body is not None
            raise RunInterrupted(self._conversation.body.run.name)

    def end(self) -> None:
        if self._before is not None:
            import _signal

            _signal.signal(_signal.SIGINT, self._before)


def _is_asyncios(handler: Any) -> bool:
    """asyncio.run() has one that cancels the body, which would make the run fail."""
    return str(getattr(getattr(handler, "func", None), "__module__", "")).startswith("asyncio.")


def source_of(flow: Flow[..., Any]) -> dict[str, Any]:
    """Where another process finds the flow; no file for one that was typed in."""
    file = flow.signature.code.co_filename
    is_file = file.endswith(".py") and os.path.exists(file)
    return {
        "face": "python",
        "file": os.path.abspath(file) if is_file else None,
        "flow": flow.name,
        "python": sys.executable,
        "directory": os.getcwd(),
    }
