"""When a flow is meant to run. A schedule is declared with its flow; it is part of what a deployment serves."""

from __future__ import annotations

from .durations import microseconds
from .errors import FlowError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .durations import Span

_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_FIELDS = ("minute", "hour", "day", "month", "weekday")
_SHORT = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}
_NAMES = {
    name: number
    for names in ("sun mon tue wed thu fri sat", "_ jan feb mar apr may jun jul aug sep oct nov dec")
    for number, name in enumerate(names.split())
}


class Cron:
    """At the times that a cron line names, in a time zone: Cron("0 6 * * mon-fri", timezone="Europe/Berlin"), or
    Cron("@daily").

    `catch_up`: what a deployment does about times that passed while nothing served it. Nothing serves schedules yet.

    >>> Cron("@daily").line
    '0 0 * * *'
    """

    def __init__(self, line: str, timezone: str = "UTC", catch_up: bool = False) -> None:
        self.line = _SHORT.get(line, line)
        self.timezone = timezone
        self.catch_up = catch_up
        parts = self.line.split()
        if len(parts) != len(_FIELDS):
            raise FlowError(f"'{line}' has {len(parts)} fields: minute, hour, day, month and weekday are wanted")
        for field, part, limits in zip(_FIELDS, parts, _RANGES, strict=True):
            _check(field, part, *limits)
        _check_zone(timezone)

    def __repr__(self) -> str:
        return f"Cron({self.line!r}, timezone={self.timezone!r})"


class Every:
    """At even intervals: Every("1h")."""

    def __init__(self, interval: Span, catch_up: bool = False) -> None:
        self.interval_us = microseconds(interval, "the interval of a schedule")
        self.catch_up = catch_up
        if self.interval_us < 1_000_000:
            raise FlowError("the interval of a schedule must be a second or more")

    def __repr__(self) -> str:
        return f"Every({self.interval_us / 1_000_000:g} s)"


def check_schedule(schedule: Any, what: str) -> None:
    """FlowError for what says no times; None is no schedule."""
    if schedule is None or isinstance(schedule, (Cron, Every)):
        return
    raise FlowError(f"schedule of {what} is {schedule!r}: weir.Cron('0 6 * * *') or weir.Every('1h')")


def _check_zone(name: Any) -> None:
    """A machine without the data of time zones can say nothing about a name."""
    if name == "UTC":
        return
    import zoneinfo

    try:
        zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError):
        known = zoneinfo.available_timezones()
        if not known and isinstance(name, str):
            return
        from difflib import get_close_matches

        near = get_close_matches(str(name), sorted(known), 1)
        hint = f"did you mean {near[0]!r}?" if near else "such as 'Europe/Berlin'"
        raise FlowError(f"there is no time zone {name!r}: {hint}") from None


def _check(field: str, part: str, least: int, most: int) -> None:
    for item in part.split(","):
        span, _, step = item.partition("/")
        first, _, last = span.partition("-")
        fine = (span == "*" or _fits(first, least, most)) and (not last or _fits(last, least, most))
        if not fine or (step and not (step.isdigit() and int(step) > 0)):
            raise FlowError(f"'{item}' is no {field} of a cron line: {least} to {most}, *, a-b, or */n")


def _fits(text: str, least: int, most: int) -> bool:
    number = _NAMES.get(text.lower(), int(text) if text.isdigit() else -1)
    return least <= number <= most
