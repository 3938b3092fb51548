"""Values on their way between processes and into the history: JSON where that says everything, else wrapped.

A plain value reads back exactly as it was. What JSON cannot say (tuples, dates, your own classes, tables) is wrapped:
{"$value": {"codec": "pickle", "data": …, "text": …}}, or kept in a file beside the history when it is large.
"""

from __future__ import annotations

from . import codecs
from .wire import dumps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .codecs import Store

_INT_MAX = 2**63 - 1
_DEPTH_MAX = 40  # levels of lists and dicts; the history keeps 64 in all
_WALKED_MAX = 4  # of which so many are walked into where something is to be wrapped
_ITEMS_MAX = 10_000  # a longer list of things that are no JSON is smaller as one

_MARK = "$value"


def is_plain(value: object, depth: int = _DEPTH_MAX) -> bool:
    """Whether JSON says everything about the value: exact types only, no dict that could be taken for a wrapped one."""
    kind = type(value)
    if kind is int:
        return -_INT_MAX <= value <= _INT_MAX  # type: ignore[operator]
    if kind is str:
        return value.isascii() or _is_text(value)  # type: ignore[attr-defined, arg-type]
    if value is None or kind is bool:
        return True
    if kind is float:
        return bool(value - value == 0)  # type: ignore[operator]
    if depth == 0:
        return False
    if kind is list:
        return all([is_plain(item, depth - 1) for item in value])  # type: ignore[attr-defined]
    if kind is dict:
        return _is_plain_dict(value, depth - 1)  # type: ignore[arg-type]
    return False


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_plain_dict(value: dict[object, object], depth: int) -> bool:
    if len(value) == 1 and _MARK in value:
        return False
    return all([type(key) is str and is_plain(key) and is_plain(item, depth) for key, item in value.items()])


def to_json(value: object, store: Store | None = None, depth: int = _WALKED_MAX) -> Any:
    """The value, or a tree in which what is not plain is wrapped. codecs.CannotKeep when something cannot be kept.

    Lists and dicts are walked into, so that one can map over a list of tables; deep down they are wrapped as a whole,
    which also takes care of circles.
    """
    if is_plain(value):
        return value
    if depth and type(value) is list and len(value) <= _ITEMS_MAX:
        return [to_json(item, store, depth - 1) for item in value]
    if depth and type(value) is dict and len(value) <= _ITEMS_MAX and _has_names(value):
        return {key: to_json(item, store, depth - 1) for key, item in value.items()}
    return {_MARK: codecs.encode(value, store)}


def _has_names(value: dict[object, object]) -> bool:
    return all([type(key) is str and is_plain(key) for key in value]) and not (len(value) == 1 and _MARK in value)


def to_text(value: object, store: Store | None = None) -> str:
    """The value as a text for a message; what becomes of the value afterwards does not change it."""
    return dumps(value if is_plain(value) else to_json(value, store))


def from_json(value: Any, store: Store | None = None) -> Any:
    """The value again. `value` is changed in place where wrapped ones are in it."""
    if type(value) is dict:
        if len(value) == 1 and _MARK in value:
            return codecs.decode(value[_MARK], store)
        for key, item in value.items():
            if type(item) is dict or type(item) is list:
                value[key] = from_json(item, store)
    elif type(value) is list:
        for position, item in enumerate(value):
            if type(item) is dict or type(item) is list:
                value[position] = from_json(item, store)
    return value
