"""Spans of time as people write them: seconds as a number, "10s", "1h30m", or a timedelta."""

from __future__ import annotations

from .errors import FlowError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import timedelta
    from typing import TypeAlias

    Span: TypeAlias = float | str | timedelta

_UNITS = {"us": 1, "ms": 1_000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}


def microseconds(span: Span, what: str) -> int:
    """The span in microseconds; FlowError names `what` when it is none.

    >>> microseconds(2, "timeout"), microseconds("1h30m", "timeout"), microseconds("250ms", "timeout")
    (2000000, 5400000000, 250000)
    """
    if isinstance(span, bool):
        pass
    elif isinstance(span, (int, float)) and span >= 0:
        return round(span * 1_000_000)
    elif isinstance(span, str):
        found = _read(span.replace(" ", ""))
        if found is not None:
            return found
    elif hasattr(span, "total_seconds") and span.total_seconds() >= 0:
        return round(span.total_seconds() * 1_000_000)
    raise FlowError(f"{what} is {span!r}: give seconds, a text such as '10s' or '1h30m', or a timedelta")


def _read(text: str) -> int | None:
    total, number = 0.0, ""
    position = 0
    while position < len(text):
        if text[position].isdigit() or text[position] == ".":
            number += text[position]
            position += 1
            continue
        unit = text[position : position + 2] if text[position : position + 2] in _UNITS else text[position]
        if not number or number.count(".") > 1 or unit not in _UNITS:
            return None
        total += float(number) * _UNITS[unit]
        number = ""
        position += len(unit)
    return None if number or not text else round(total)
