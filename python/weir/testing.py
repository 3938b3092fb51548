"""Flows under test: run in a state folder that is thrown away, and looked at.

    from weir import testing

    def test_totals():
        run = testing.run(daily, day="2024-05-01")
        assert run.state == "succeeded"
        assert run.value == 6
        assert run.tasks["load"].attempts == 1

Nothing is replaced: it is the engine that runs everywhere, quick because its folder lies in memory where there is such.
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from .engine import Engine, find
from .errors import RunFailed, TaskFailed
from .values import from_json
from .wire import Connection

if TYPE_CHECKING:
    from .flows import Flow


@dataclass
class TaskRun:
    """How a task of the run ended."""

    key: str
    state: str
    attempts: int = 0
    value: Any = None
    failure: str = ""
    logs: list[str] = field(default_factory=list)


@dataclass
class Run:
    """A finished run. `value` is what its body returned, `error` what it raised."""

    name: str
    state: str
    value: Any
    error: BaseException | None
    tasks: dict[str, TaskRun]


def run(flow: Flow[..., Any], /, *args: Any, **kwargs: Any) -> Run:
    """Runs the flow to its end and tells how it went; raises nothing for one that fails.

    >>> from weir import flow, task, testing
    >>> @task
    ... def broken() -> None:
    ...     raise ValueError("boom")
    >>> @flow
    ... def daily() -> None:
    ...     broken()
    >>> run = testing.run(daily)
    >>> run.state, run.tasks["broken"].failure
    ('failed', 'ValueError: boom')
    """
    bound = flow.signature.bind(args, kwargs)
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with TemporaryDirectory(prefix="weir-test-", dir=memory) as home:
        value, error = _finished(flow, bound, home)
        return _looked_at(home, value, error)


def _finished(flow: Flow[..., Any], bound: dict[str, Any], home: str) -> tuple[Any, BaseException | None]:
    engine = Engine(home)
    try:
        value = flow._start(bound, {"progress": "none"}, engine)
        if flow.signature.is_async:
            import asyncio

            value = asyncio.run(value)
        return value, None
    except (RunFailed, TaskFailed) as error:
        return None, error
    except Exception as error:
        if not _asked(home, "runs", "list"):
            raise  # there was no run
        return None, error
    finally:
        Connection(engine.socket).close()
        engine.wait()


def _looked_at(home: str, value: Any, error: BaseException | None) -> Run:
    (summary,) = _asked(home, "runs", "list")
    shown = _asked(home, "runs", "show", summary["name"])
    tasks = {}
    for told in shown["tasks"]:
        failure = told.get("failure") or {}
        logs = _said(home, "runs", "logs", summary["name"], told["key"]) if told.get("attempts") else ""
        tasks[told["key"]] = TaskRun(
            key=told["key"],
            state=told["state"],
            attempts=told.get("attempts", 0),
            value=from_json(told.get("result")),
            failure=failure.get("message", "") if isinstance(failure, dict) else str(failure),
            logs=[json.loads(line)["text"] for line in logs.splitlines()],
        )
    return Run(summary["name"], shown["state"], value, error, tasks)


def _asked(home: str, *arguments: str) -> Any:
    return json.loads(_said(home, *arguments))


def _said(home: str, *arguments: str) -> str:
    done = subprocess.run(
        [find(), *arguments, "--json"], env=os.environ | {"WEIR_HOME": home}, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise RuntimeError(f"weir {' '.join(arguments)}: {done.stderr}")
    return done.stdout
