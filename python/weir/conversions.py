"""Parameters of richer types than JSON has: unions, literals, enums, dates, paths, dataclasses, pydantic's models."""

from __future__ import annotations

import enum
import types
from collections import abc
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from .durations import microseconds
from .errors import FlowError
from .parameters import convert

_READ_FROM_TEXT: dict[type, Any] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    time: time.fromisoformat,
    Decimal: Decimal,
    Path: Path,
    UUID: UUID,
}


def convert_special(value: Any, annotation: Any, what: str) -> Any:
    origin = get_origin(annotation)
    if annotation is Any or annotation is object or isinstance(annotation, str):
        return value
    if annotation is None or annotation is type(None):
        return _require(value is None, value, what, "None", value)
    if origin is Union or origin is types.UnionType:
        return _one_of(value, get_args(annotation), what)
    if origin is Literal:
        choices = get_args(annotation)
        return _require(value in choices, value, what, f"one of {', '.join(map(repr, choices))}", value)
    if origin is not None:
        return _container(value, origin, get_args(annotation), what)
    if isinstance(annotation, type):
        return _class(value, annotation, what)
    return value


def _one_of(value: Any, choices: tuple[Any, ...], what: str) -> Any:
    for choice in choices:
        if type(value) is choice:
            return value
    wrong: FlowError | None = None
    for choice in choices:
        try:
            return convert(value, choice, what)
        except FlowError as error:
            wrong = wrong or error
    assert wrong is not None
    raise wrong


def _container(value: Any, origin: Any, arguments: tuple[Any, ...], what: str) -> Any:
    if isinstance(origin, type) and issubclass(origin, abc.Mapping):
        _require(isinstance(value, abc.Mapping), value, what, "a dict", None)
        key_type, item_type = arguments
        return {
            convert(key, key_type, f"a key of {what}"): convert(item, item_type, f"{what}, at {key!r},")
            for key, item in value.items()
        }
    is_listed = isinstance(value, (list, tuple, set, frozenset, range))
    _require(is_listed, value, what, f"a {getattr(origin, '__name__', origin)}", None)
    if origin is tuple and not (len(arguments) == 2 and arguments[1] is ...):
        _require(len(value) == len(arguments), value, what, f"a tuple of {len(arguments)} items", None)
        pairs = zip(value, arguments, strict=True)
        return tuple(convert(item, kind, f"{what}, item {i},") for i, (item, kind) in enumerate(pairs))
    items = [convert(item, arguments[0], f"{what}, item {i},") for i, item in enumerate(value)]
    return items if origin in (abc.Sequence, abc.Iterable, abc.Collection) else origin(items)


def _class(value: Any, annotation: type, what: str) -> Any:
    if isinstance(value, annotation) and not (annotation is date and isinstance(value, datetime)):
        return value
    if issubclass(annotation, enum.Enum):
        return _enum(value, annotation, what)
    if annotation is timedelta:
        return timedelta(microseconds=microseconds(value, what))
    if annotation in _READ_FROM_TEXT:
        return _from_text(value, annotation, what)
    if hasattr(annotation, "model_validate"):
        return _model(value, annotation, what)
    if is_dataclass(annotation):
        return _dataclass(value, annotation, what)
    if annotation in (tuple, set, frozenset) and isinstance(value, list):
        return annotation(value)
    return _require(False, value, what, f"a {annotation.__name__}", value)


def _enum(value: Any, annotation: Any, what: str) -> Any:
    for member in annotation:
        if value == member.value or value == member.name:
            return member
    return _require(False, value, what, f"one of {', '.join(repr(member.value) for member in annotation)}", value)


def _from_text(value: Any, annotation: type, what: str) -> Any:
    try:
        return _READ_FROM_TEXT[annotation](str(value) if annotation is Decimal else value)
    except (ValueError, TypeError, ArithmeticError):
        return _require(False, value, what, f"a {annotation.__name__}", value)


def _model(value: Any, annotation: Any, what: str) -> Any:
    """A model of pydantic's: it is the judge of its values."""
    try:
        return annotation.model_validate(value)
    except ValueError as error:
        raise FlowError(f"{what}: {error}") from None


def _dataclass(value: Any, annotation: Any, what: str) -> Any:
    _require(isinstance(value, dict), value, what, f"a {annotation.__name__}, or a dict of its fields", None)
    hints = get_type_hints(annotation)
    known = {field.name: field for field in fields(annotation) if field.init}
    for name in value:
        _require(name in known, value, what, f"a {annotation.__name__} (which has no field '{name}')", None)
    for name, field in known.items():
        has_default = field.default is not MISSING or field.default_factory is not MISSING
        _require(name in value or has_default, value, what, f"a {annotation.__name__} ('{name}' is missing)", None)
    return annotation(**{name: convert(item, hints[name], f"{what}, field '{name}',") for name, item in value.items()})


def _require(holds: bool, value: Any, what: str, wanted: str, result: Any) -> Any:
    if not holds:
        raise FlowError(f"{what} must be {wanted}, not {value!r}")
    return result
