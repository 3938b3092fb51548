"""What weir raises, and what a task raises to say more than that it failed."""

from __future__ import annotations


class WeirError(Exception):
    """Anything that weir itself raises."""


class FlowError(WeirError):
    """A flow or task is declared or called in a way that cannot work."""


class TaskFailed(WeirError):
    """A task that was waited for did not succeed. Its text says why; `task` is its key."""

    exit_code = 1  # of a program that does not catch it, as of `weir run`; 130 after Ctrl-C

    def __init__(self, task: str, state: str, why: str) -> None:
        super().__init__(
            f"task '{task}' {_VERBS.get(state, state)}: {why}" if why else f"task '{task}' {_VERBS[state]}"
        )
        self.task = task
        self.state = state
        self.why = why


_VERBS = {
    "failed": "failed",
    "upstream_failed": "never ran, because something it needs did not succeed",
    "skipped": "was skipped",
    "cancelled": "was cancelled",
    "pending": "has not ended",
}


class RunFailed(WeirError):
    """The run of a flow has failed or was cancelled; `run` is its name."""

    exit_code = 1

    def __init__(self, run: str, state: str, why: str = "") -> None:
        super().__init__(
            f"run '{run}' {'was cancelled' if state == 'cancelled' else 'failed'}{': ' if why else ''}{why}"
        )
        self.run = run
        self.state = state


class RunInterrupted(KeyboardInterrupt):
    """The run was left before its end; it can go on later: `weir runs resume NAME`."""

    exit_code = 130

    def __init__(self, run: str) -> None:
        super().__init__(f"run '{run}' was left before its end; go on with: weir runs resume {run}")
        self.run = run


class TaskCancelled(BaseException):
    """Raised inside of a task whose run is being cancelled, or whose time is over. Clean up, and let it pass."""


class Skip(WeirError):
    """Raise it (or call `weir.skip`) in a task that finds nothing to do; what needs the task is skipped too."""


class FailWithoutRetry(WeirError):
    """Raise it (or call `weir.fail`) in a task that has failed for good, whatever retries it has left."""


class Retry(WeirError):
    """Raise it (or call `weir.retry`) in a task that should be tried again: it fails, and uses up a retry."""


def skip(reason: str = "") -> None:
    """Ends the task that calls it as skipped.

    >>> from weir import flow, task, testing
    >>> @task
    ... def load(day: str) -> str:
    ...     weir.skip(f"no file of {day}")
    >>> @flow
    ... def daily() -> None:
    ...     load("monday")
    >>> import weir
    >>> testing.run(daily).tasks["load"].state
    'skipped'
    """
    raise Skip(reason)


def fail(reason: str) -> None:
    """Fails the task that calls it for good: no retry follows."""
    raise FailWithoutRetry(reason)


def retry(reason: str = "") -> None:
    """Fails this attempt of the task that calls it, so that the next one follows if there are retries left."""
    raise Retry(reason)


def pause(reason: str = "") -> None:
    """Holds the run that calls it, from its body or from a task: what is under way goes on, nothing new starts until
    somebody says `weir runs resume`."""
    from .contexts import pause_run

    pause_run(reason)
