"""Durable workflows for data pipelines.

    from weir import flow, task

    @task(retries=2, retry_delay="10s")
    def load(day: str) -> list[int]:
        return [1, 2, 3]

    @task
    def total(rows: list[int]) -> int:
        return sum(rows)

    @flow
    def daily(day: str = "2024-05-01") -> int:
        return total(load(day)).result()

    if __name__ == "__main__":
        print(daily())

Importing weir defines names and does nothing else; each part is loaded when it is first used.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import databricks as databricks
    from . import testing as testing
    from .conditions import If as If
    from .contexts import Context as Context
    from .contexts import context as context
    from .errors import FailWithoutRetry as FailWithoutRetry
    from .errors import FlowError as FlowError
    from .errors import Retry as Retry
    from .errors import RunFailed as RunFailed
    from .errors import RunInterrupted as RunInterrupted
    from .errors import Skip as Skip
    from .errors import TaskCancelled as TaskCancelled
    from .errors import TaskFailed as TaskFailed
    from .errors import WeirError as WeirError
    from .errors import fail as fail
    from .errors import pause as pause
    from .errors import retry as retry
    from .errors import skip as skip
    from .flows import Flow as Flow
    from .flows import flow as flow
    from .futures import Future as Future
    from .futures import MappedFuture as MappedFuture
    from .futures import as_completed as as_completed
    from .futures import wait as wait
    from .options import Cache as Cache
    from .schedules import Cron as Cron
    from .schedules import Every as Every
    from .tasks import Task as Task
    from .tasks import task as task
    from .tasks import unmapped as unmapped

_HOMES = {
    "conditions": ("If",),
    "contexts": ("Context", "context"),
    "errors": (
        "FailWithoutRetry",
        "FlowError",
        "Retry",
        "RunFailed",
        "RunInterrupted",
        "Skip",
        "TaskCancelled",
        "TaskFailed",
        "WeirError",
        "fail",
        "pause",
        "retry",
        "skip",
    ),
    "flows": ("Flow", "flow"),
    "futures": ("Future", "MappedFuture", "as_completed", "wait"),
    "options": ("Cache",),
    "schedules": ("Cron", "Every"),
    "tasks": ("Task", "task", "unmapped"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["databricks", "testing", *_HOME_OF]


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None and name not in ("databricks", "testing"):
        raise AttributeError(f"module 'weir' has no attribute {name!r}")
    module = __import__(f"weir.{home or name}", fromlist=["*"])
    value = getattr(module, name) if home else module
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
