"""What an author may say about a task or a flow, by keyword, turned into the words of the history."""

from __future__ import annotations

from .errors import FlowError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, Literal, TypeAlias, TypedDict

    from .conditions import If
    from .durations import Span
    from .futures import Future, MappedFuture
    from .hooks import StateChange
    from .schedules import Cron, Every

    Rule = Literal[
        "all_success",
        "all_done",
        "one_success",
        "one_failed",
        "all_failed",
        "none_failed",
        "none_failed_min_one_success",
    ]
    Trigger: TypeAlias = Rule | dict[Literal["at_least"], int]
    Failure: TypeAlias = str | type[BaseException] | Callable[[BaseException], bool]
    Limits: TypeAlias = str | Iterable[str] | dict[str, int]
    Upstream: TypeAlias = Future[Any] | MappedFuture[Any]
    Hook: TypeAlias = Callable[[StateChange], object]

    class TaskOptions(TypedDict, total=False):
        """Every policy of a task; docs/reference/policies.md says what each means."""

        name: str
        runner: Literal["threads", "processes"]
        retries: int
        retry_delay: Span | list[Span]
        retry_backoff: float
        retry_delay_max: Span
        retry_jitter: float
        retry_on: Failure | list[Failure]
        never_retry_on: Failure | list[Failure]
        timeout: Span
        trigger: Trigger
        when: If | Upstream
        cleanup: bool
        may_fail: bool
        persist: bool
        cache: bool | Cache
        limits: Limits
        priority: int
        after: Upstream | Iterable[Upstream]
        on_success: Hook
        on_failure: Hook
        on_cancel: Hook
        on_retry: Hook
        on_end: Hook

    class FlowOptions(TypedDict, total=False):
        """What a flow may say of its runs."""

        name: str
        timeout: Span
        limits: dict[str, int]
        max_runs: int
        when_busy: Literal["queue", "refuse"]
        threads: int
        schedule: Cron | Every
        on_success: Hook
        on_failure: Hook
        on_cancel: Hook
        on_end: Hook


NAME_CHARACTERS_MAX = 128
FLOW_HOOKS = ("on_success", "on_failure", "on_cancel", "on_end")
HOOKS = (*FLOW_HOOKS, "on_retry")
_TRIGGERS = (
    "all_success",
    "all_done",
    "one_success",
    "one_failed",
    "all_failed",
    "none_failed",
    "none_failed_min_one_success",
)
TASK_WORDS = (
    "name",
    "runner",
    "retries",
    "retry_delay",
    "retry_backoff",
    "retry_delay_max",
    "retry_jitter",
    "retry_on",
    "never_retry_on",
    "timeout",
    "trigger",
    "when",
    "cleanup",
    "may_fail",
    "persist",
    "cache",
    "limits",
    "priority",
    "after",
    *HOOKS,
)
FLOW_WORDS = ("name", "timeout", "limits", "max_runs", "when_busy", "threads", "schedule", *FLOW_HOOKS)


class Cache:
    """The result of an earlier run is taken when it was made of the same.

    `key`: a function of the task's arguments, or a text, in place of all the arguments. `expires`: how long a result is
    good for. `version`: part of the key; change it with the code, or say "source" to have the task's source in it.
    `refresh`: run all the same, and keep the new result.
    """

    def __init__(
        self,
        key: Callable[..., str] | str | None = None,
        expires: Span | None = None,
        version: str | int = "",
        refresh: bool = False,
    ) -> None:
        self.key = key
        self.expires_us = None if expires is None else _microseconds(expires, "expires of a cache")
        self.version = str(version)
        self.refresh = refresh


def check_words(given: Iterable[str], known: tuple[str, ...], what: str) -> None:
    """FlowError for a keyword that means nothing here, with the nearest one that does."""
    for word in given:
        if word in known:
            continue
        for others, owner in ((TASK_WORDS, "tasks"), (FLOW_WORDS, "flows")):
            if word in others:
                raise FlowError(f"{what} has no option '{word}': it is one of {owner}")
        from difflib import get_close_matches

        near = get_close_matches(word, known, 1)
        raise FlowError(f"{what} has no option '{word}'{f': did you mean {near[0]!r}?' if near else ''}")


def policy_of(options: dict[str, Any], what: str) -> dict[str, Any]:
    """The part of the options that is a policy of the history; conditions and cache keys are not in it. Raises
    FlowError where an option cannot be kept to; `what` is the task, for messages."""
    policy: dict[str, Any] = {}
    if retry := _retry_of(options, what):
        policy["retry"] = retry
    if "timeout" in options:
        policy["timeout_us"] = _microseconds(options["timeout"], f"timeout of {what}")
        _require(policy["timeout_us"] > 0, f"timeout of {what} must be longer than nothing")
    if "trigger" in options:
        policy.update(_trigger_of(options["trigger"], what))
    for flag in ("cleanup", "may_fail", "persist"):
        if options.get(flag):
            policy[flag] = True
    if "limits" in options:
        policy["limits"] = limits_of(options["limits"], what)
    if options.get("priority"):
        policy["priority"] = _whole(options["priority"], -1_000_000, 1_000_000, f"priority of {what}")
    return policy


def _retry_of(options: dict[str, Any], what: str) -> dict[str, Any]:
    retry: dict[str, Any] = {}
    if "retries" in options:
        retry["count"] = _whole(options["retries"], 0, 1000, f"retries of {what}")
    if "retry_delay" in options:
        given = options["retry_delay"]
        delays = given if isinstance(given, (list, tuple)) else [given]
        retry["delays_us"] = [_microseconds(delay, f"retry_delay of {what}") for delay in delays]
    if "retry_backoff" in options:
        retry["backoff"] = _number(options["retry_backoff"], 1, 1000, f"retry_backoff of {what}")
    if "retry_delay_max" in options:
        retry["delay_max_us"] = _microseconds(options["retry_delay_max"], f"retry_delay_max of {what}")
    if "retry_jitter" in options:
        retry["jitter"] = _number(options["retry_jitter"], 0, 1, f"retry_jitter of {what}")
    return retry


def _trigger_of(trigger: Any, what: str) -> dict[str, Any]:
    if isinstance(trigger, dict) and list(trigger) == ["at_least"]:
        count = _whole(trigger["at_least"], 1, 2**31, f"trigger at_least of {what}")
        return {"trigger": "at_least", "trigger_count": count}
    _require(
        trigger in _TRIGGERS, f"trigger of {what} is {trigger!r}: one of {', '.join(_TRIGGERS)}, {{'at_least': 2}}"
    )
    return {"trigger": trigger}


def limits_of(limits: Limits, what: str) -> dict[str, int]:
    if isinstance(limits, str):
        return {limits: 1}
    if isinstance(limits, dict):
        return {name: _whole(slots, 1, 2**31, f"limit '{name}' of {what}") for name, slots in limits.items()}
    return {name: 1 for name in limits}


def run_options_of(options: dict[str, Any], what: str) -> dict[str, Any]:
    """The options of a flow as `options` of the message `run`."""
    asked: dict[str, Any] = {}
    if "timeout" in options:
        asked["timeout_us"] = _microseconds(options["timeout"], f"timeout of {what}")
    if "limits" in options:
        asked["limits"] = limits_of(options["limits"], what)
    busy = options.get("when_busy", "queue")
    _require(busy in ("queue", "refuse"), f"when_busy of {what} is {busy!r}: 'queue' or 'refuse'")
    if options.get("max_runs"):
        runs = _whole(options["max_runs"], 1, 2**31, f"max_runs of {what}")
        asked["run_limit"] = {"runs": runs, "refuse": busy == "refuse"}
    return asked


class RetryChoice:
    """Which failures are worth another attempt, where that depends on the exception itself."""

    def __init__(self, on: Any, never_on: Any, what: str) -> None:
        self.on = _choices(on, f"retry_on of {what}")
        self.never_on = _choices(never_on, f"never_retry_on of {what}")

    def wants(self, error: BaseException, message: str) -> bool:
        if any(_chosen(choice, error, message) for choice in self.never_on):
            return False
        return not self.on or any(_chosen(choice, error, message) for choice in self.on)

    def patterns(self) -> dict[str, list[str]]:
        """For the engine, which sees timeouts and deaths: only where they alone decide."""
        words: dict[str, list[str]] = {}
        if all(isinstance(choice, str) for choice in self.on) and self.on:
            words["on"] = list(self.on)
        if never := [choice for choice in self.never_on if isinstance(choice, str)]:
            words["never_on"] = never
        return words


def _choices(given: Any, what: str) -> list[Any]:
    choices = list(given) if isinstance(given, (list, tuple)) else [given]
    for choice in choices:
        fits = isinstance(choice, str) or callable(choice)
        _require(fits, f"{what} is {choice!r}: an exception class, a pattern such as 'HTTP 5*', or a function")
    return choices


def _chosen(choice: Any, error: BaseException, message: str) -> bool:
    if isinstance(choice, type):
        return isinstance(error, choice)
    if isinstance(choice, str):
        from fnmatch import fnmatchcase

        return choice == "error" or fnmatchcase(message, choice.replace("[", "[[]").replace("?", "[?]"))
    return bool(choice(error))


def _microseconds(span: Span, what: str) -> int:
    from .durations import microseconds

    return microseconds(span, what)


def _whole(value: Any, least: int, most: int, what: str) -> int:
    fits = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
    _require(fits, f"{what} is {value!r}: a whole number from {least} to {most}")
    return int(value)


def _number(value: Any, least: float, most: float, what: str) -> float:
    fits = isinstance(value, (int, float)) and not isinstance(value, bool) and least <= value <= most
    _require(fits, f"{what} is {value!r}: a number from {least} to {most}")
    return float(value)


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise FlowError(otherwise)


def is_valid_name(name: str) -> bool:
    """As core::is_valid_name."""
    if not name or len(name) > NAME_CHARACTERS_MAX or not name.isascii() or name[0] in "-.":
        return False
    return name.replace("-", "_").replace(".", "_").replace("_", "a").isalnum()
