"""What a task can know of itself while it runs, and a flow body of its run."""

from __future__ import annotations

from _contextvars import ContextVar

from .errors import FlowError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import logging
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any

    from .body import Body

LEVELS = ("debug", "info", "warning", "error")


class RunInfo:
    """A run as the engine told of it when it began."""

    __slots__ = ("flow", "id", "name", "parameters", "results", "resumed", "sync")

    def __init__(self, told: dict[str, Any]) -> None:
        self.id: str = told["id"]
        self.name: str = told["name"]
        self.flow: str = told["flow"]
        self.parameters: dict[str, Any] = told.get("parameters", {})
        self.resumed: bool = told.get("resumed", False)
        self.results: str = told.get("results", "")
        self.sync: bool = told.get("sync", False)


class Context:
    """Usable on any thread while the task runs. In a flow body `task` is empty and `attempt` 0."""

    __slots__ = ("_ask", "_is_cancelled", "_log", "_run", "attempt", "task", "token")

    def __init__(
        self,
        run: RunInfo,
        task: str = "",
        attempt: int = 0,
        token: str = "",
        log: Callable[[str, str], None] | None = None,
        is_cancelled: Callable[[], bool] | None = None,
        ask: Callable[[str], None] | None = None,
    ) -> None:
        self._run = run
        self.task = task
        self.attempt = attempt
        self.token = token
        self._log = log
        self._is_cancelled = is_cancelled
        self._ask = ask

    @property
    def run_id(self) -> str:
        """A UUID."""
        return self._run.id

    @property
    def run_name(self) -> str:
        """Two words."""
        return self._run.name

    @property
    def flow(self) -> str:
        return self._run.flow

    @property
    def parameters(self) -> dict[str, Any]:
        """Those of the run, as they stand in its history."""
        return self._run.parameters

    @property
    def attempt_id(self) -> str:
        """Identifies this attempt towards services, at most 64 characters. The next attempt, after a failure or a
        crash, has another one; `run_id + task` is the same in all of them."""
        return self.token

    @property
    def scheduled_time(self) -> datetime | None:
        """When a schedule meant the run to start; None, as nothing starts runs by schedules yet."""
        return None

    @property
    def cancelled(self) -> bool:
        """The run is being cancelled, or the attempt's time is over."""
        return self._is_cancelled is not None and self._is_cancelled()

    def log(self, level: str, text: str) -> None:
        """A line of the task's log (`weir runs logs`); level is debug, info, warning or error."""
        if level not in LEVELS:
            raise FlowError(f"there is no log level {level!r}: one of {', '.join(LEVELS)}")
        if self._log is not None:
            self._log(level, text)

    @property
    def logger(self) -> logging.Logger:
        """A logger whose records of every level go to the task's log."""
        import logging

        from .capture import capture_logging

        capture_logging()
        logger = logging.getLogger(f"weir.task.{self.task or self.flow}")
        logger.setLevel(logging.DEBUG)
        return logger


CURRENT: ContextVar[Context | None] = ContextVar("weir_context", default=None)
BODY: ContextVar[Body | None] = ContextVar("weir_body", default=None)


def context() -> Context:
    """Of the task, or of the flow body, that this is called in.

    >>> from weir import flow, task, context, testing
    >>> @task(retries=1)
    ... def load() -> str:
    ...     if context().attempt == 1:
    ...         raise OSError("busy")
    ...     return context().task
    >>> @flow
    ... def daily() -> str:
    ...     return load().result()
    >>> testing.run(daily).value
    'load'
    """
    current = CURRENT.get()
    if current is None:
        raise FlowError("weir.context() is known in tasks and flow bodies only")
    return current


def pause_run(reason: str) -> None:
    current = context()
    if reason:
        current.log("info", f"pausing the run: {reason}")
    if current._ask is not None:
        current._ask("pause")
