"""Runs attempts of kind `python.async` in one event loop of its own, thousands at once."""

from __future__ import annotations

from _thread import allocate_lock

from .errors import TaskCancelled

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio

    from .attempts import Attempt
    from .wire import Connection


class Coroutines:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._attempts: dict[int, Attempt] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._starting = allocate_lock()

    def accept(self, attempt: Attempt) -> None:
        """From here on the attempt can be cancelled."""
        self._attempts[attempt.id] = attempt

    def give(self, attempt: Attempt) -> None:
        self._started().call_soon_threadsafe(self._begin, attempt)

    def cancel(self, id_: int) -> None:
        attempt = self._attempts.get(id_)
        if attempt is not None:
            attempt.is_cancelled = True
            self._started().call_soon_threadsafe(self._cancel, id_)

    def _cancel(self, id_: int) -> None:
        if task := self._tasks.get(id_):
            task.cancel()

    def _begin(self, attempt: Attempt) -> None:
        import asyncio

        self._tasks[attempt.id] = asyncio.ensure_future(self._run(attempt))

    async def _run(self, attempt: Attempt) -> None:
        import asyncio

        try:
            if attempt.is_cancelled:
                raise asyncio.CancelledError
            value = await attempt.task.signature.call(attempt.task.function, attempt.begin())
        except asyncio.CancelledError as error:
            attempt.fail(TaskCancelled() if attempt.is_cancelled else error)
        except BaseException as error:
            attempt.fail(error)
        else:
            attempt.succeed(value)
        finally:
            self._tasks.pop(attempt.id, None)
            self._attempts.pop(attempt.id, None)
            self._connection.flush_soon()

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is None:
                import asyncio
                from threading import Thread

                self._loop = asyncio.new_event_loop()
                Thread(target=self._loop.run_forever, name="weir-coroutines", daemon=True).start()
            return self._loop
