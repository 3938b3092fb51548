"""Arguments of calls as compiled templates (docs/internals/worker-protocol.md): values as they are, and holes where the
result of another task is to be filled in."""

from __future__ import annotations

from .errors import FlowError
from .futures import Future, MappedFuture
from .values import is_plain, to_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .codecs import Store
    from .conditions import If


class Template:
    """Compiles values, and gathers the tasks whose results they need."""

    __slots__ = ("_store", "upstreams")

    def __init__(self, store: Store) -> None:
        self._store = store
        self.upstreams: dict[str, None] = {}

    def compile(self, value: Any) -> Any:
        """Futures may stand anywhere in lists, tuples and dicts."""
        kind = type(value)
        if kind is Future or kind is MappedFuture:
            return self.hole(value)
        if kind is dict:
            return self._compile_dict(value)
        if kind is list and not is_plain(value):
            return [self.compile(item) for item in value]
        if kind is tuple and has_future(value):
            return [self.compile(item) for item in value]
        if kind is list:
            return [self.compile(item) for item in value] if _has_dict(value) else value
        return literal(to_json(value, self._store))

    def _compile_dict(self, value: dict[Any, Any]) -> Any:
        if not all([type(key) is str for key in value]):
            return literal(to_json(value, self._store))
        return _wrapped_if_special({key: self.compile(item) for key, item in value.items()})

    def hole(self, future: Future[Any] | MappedFuture[Any]) -> dict[str, list[str]]:
        self.wait_for(future)
        path = ["tasks", future._node.key, "result"]
        element = getattr(future, "_element", None)
        if element is not None:
            path.append(str(element))
        return {"$": path}

    def wait_for(self, future: Any) -> None:
        """Adds an upstream: a future, or several."""
        if isinstance(future, (Future, MappedFuture)):
            self.upstreams[future._node.key] = None
        elif isinstance(future, (list, tuple, set)):
            for one in future:
                self.wait_for(one)
        elif future is not None:
            raise FlowError(f"after= takes futures of tasks, not {future!r}")

    def condition(self, when: If | Future[Any] | MappedFuture[Any]) -> dict[str, Any]:
        if isinstance(when, (Future, MappedFuture)):
            return {"value": self.hole(when)}
        relation = getattr(when, "relation", None)
        if relation is None:
            raise FlowError(f"when= takes a future, or weir.If(future, …), not {when!r}")
        return {"value": self.hole(when.future), relation: to_json(when.operand)}


def literal(value: Any) -> Any:
    """A value as it is: members that begin with "$" mean something in templates, so an object with one is wrapped."""
    if type(value) is list:
        return [literal(item) for item in value] if _has_dict(value) else value
    if type(value) is dict:
        return _wrapped_if_special({key: literal(item) for key, item in value.items()})
    return value


def _wrapped_if_special(members: dict[str, Any]) -> dict[str, Any]:
    return {"$literal": members} if any([key[:1] == "$" for key in members]) else members


def _has_dict(items: list[Any]) -> bool:
    return any([type(item) is dict or type(item) is list for item in items])


def has_future(value: Any) -> bool:
    """Whether results of other tasks are to be filled in somewhere inside of it."""
    kind = type(value)
    if kind is list or kind is tuple:
        return any([has_future(item) for item in value])
    if kind is dict:
        return any([has_future(item) for item in value.values()])
    return kind is Future or kind is MappedFuture
