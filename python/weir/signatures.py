"""The parameters of a function, read from its code: all that `inspect` would tell here, at a fraction of its import."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType
    from typing import Any

_VARARGS, _VARKEYWORDS, _COROUTINE = 0x04, 0x08, 0x80


class Signature:
    """Binds the arguments of a call to names, and calls with what has been bound."""

    __slots__ = (
        "_is_simple",
        "code",
        "function",
        "is_async",
        "keyword_only",
        "names",
        "positional_only",
        "required",
        "rest",
        "rest_by_name",
    )

    def __init__(self, function: Callable[..., Any], what: str) -> None:
        code: CodeType | None = getattr(function, "__code__", None)
        if code is None:
            from .errors import FlowError

            raise FlowError(f"{what} takes a function written in Python, not {function!r}")
        self.function = function
        self.code = code
        variables = code.co_varnames
        positional, keyword_only = code.co_argcount, code.co_kwonlyargcount
        self.names = variables[:positional]
        self.keyword_only = variables[positional : positional + keyword_only]
        self.positional_only = code.co_posonlyargcount
        after = positional + keyword_only
        self.rest = variables[after] if code.co_flags & _VARARGS else None
        after += self.rest is not None
        self.rest_by_name = variables[after] if code.co_flags & _VARKEYWORDS else None
        self.is_async = bool(code.co_flags & _COROUTINE)
        defaults = len(function.__defaults__ or ())
        named: dict[str, Any] = function.__kwdefaults__ or {}
        self.required = [
            *self.names[: positional - defaults],
            *(name for name in self.keyword_only if name not in named),
        ]
        self._is_simple = not (self.positional_only or self.rest or self.rest_by_name)

    @property
    def all_names(self) -> tuple[str, ...]:
        return (*self.names, *self.keyword_only)

    def defaults(self) -> dict[str, Any]:
        """Of those parameters that have one."""
        values = self.function.__defaults__ or ()
        named = self.function.__kwdefaults__ or {}
        return dict(zip(self.names[len(self.names) - len(values) :], values, strict=True)) | named

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Names to values, without defaults. TypeError in Python's own words when they do not fit."""
        bound: dict[str, Any] = dict(zip(self.names, args))  # noqa: B905 (more or fewer is told below)
        if len(args) > len(self.names):
            if self.rest is None:
                raise TypeError(self._too_many(len(args)))
            bound[self.rest] = list(args[len(self.names) :])
        if kwargs:
            self._bind_named(bound, kwargs)
        missing = [name for name in self.required if name not in bound]
        if missing:
            raise TypeError(f"{self.code.co_name}() needs {_listed(missing)}")
        return bound

    def _bind_named(self, bound: dict[str, Any], kwargs: dict[str, Any]) -> None:
        by_name = (*self.names[self.positional_only :], *self.keyword_only)
        others: dict[str, Any] = {}
        for name, value in kwargs.items():
            if name not in by_name:
                others[name] = value
            elif name in bound:
                raise TypeError(f"{self.code.co_name}() got '{name}' twice")
            else:
                bound[name] = value
        if not others:
            return
        if self.rest_by_name is None:
            raise TypeError(self._unknown(next(iter(others))))
        bound[self.rest_by_name] = others

    def call(self, function: Callable[..., Any], bound: dict[str, Any]) -> Any:
        """Calls with what bind() gave, or what has been filled in for it since."""
        if self._is_simple:
            return function(**bound)
        left = dict(bound)
        rest = left.pop(self.rest, ()) if self.rest else ()
        by_name = left.pop(self.rest_by_name, {}) if self.rest_by_name else {}
        before = len(self.names) if rest else self.positional_only
        args = [left.pop(name) for name in self.names[:before] if name in left]
        return function(*args, *rest, **left, **by_name)

    def _too_many(self, given: int) -> str:
        takes = f"{len(self.names)} argument{'' if len(self.names) == 1 else 's'}"
        return f"{self.code.co_name}() takes {takes}, {given} were given"

    def _unknown(self, name: str) -> str:
        from difflib import get_close_matches

        near = get_close_matches(name, self.all_names, 1)
        return f"{self.code.co_name}() has no parameter '{name}'{f': did you mean {near[0]!r}?' if near else ''}"


def _listed(names: list[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
