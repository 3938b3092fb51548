"""What a flow body knows of the tasks it has declared."""

from __future__ import annotations

from _weakref import ref

from .errors import TaskFailed
from .futures import Box

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .futures import State


class End:
    """How a task ended."""

    __slots__ = ("cause", "order", "state", "why")

    def __init__(self, state: State, order: int = 0, why: str = "", cause: BaseException | None = None) -> None:
        self.state = state
        self.order = order
        self.why = why
        self.cause = cause

    def error(self, key: str) -> TaskFailed:
        return TaskFailed(key, self.state, self.why)


class Call:
    """What a task was called with, as long as it may still run here."""

    __slots__ = ("held", "task")

    def __init__(self, task: Any, held: dict[str, Any]) -> None:
        self.task = task
        self.held = held  # arguments that are better passed as they are than read back: futures, and what is no JSON


class Node:
    """A declared task."""

    __slots__ = (
        "boxes",
        "call",
        "cause",
        "count",
        "elements",
        "end",
        "hooks",
        "is_watched",
        "is_whole",
        "key",
        "newborn",
        "result",
        "waiters",
    )

    def __init__(self, key: str, call: Call | None) -> None:
        self.key = key
        self.call = call
        self.result: type[Any] | None = None  # what a value of a native kind is shown as
        self.hooks: dict[str, Any] = call.task.hooks if call else {}
        self.cause: BaseException | None = None  # what its last attempt raised here
        self.end: End | None = None
        self.newborn: Box | None = None
        self.boxes: dict[int | None, ref[Box]] = {}
        self.waiters: dict[int | None, list[Callable[[], object]]] = {}
        # of a mapped one whose elements are watched
        self.is_watched = False
        self.is_whole = False  # everything that was known when it was asked for has been told
        self.count: int | None = None
        self.elements: dict[int, End] = {}

    def box_for(self, element: int | None) -> Box:
        """The box that all futures of this result share."""
        known = self.boxes.get(element)
        box = known() if known else None
        if box is None:
            box = Box()
            self.boxes[element] = ref(box)
        return box

    def keep(self, element: int | None, value: object) -> None:
        """If somebody still holds a future of it."""
        known = self.boxes.get(element)
        box = known() if known else None
        if box is not None:
            box.value = value

    def end_of(self, element: int | None) -> End | None:
        if element is None:
            return self.end
        told = self.elements.get(element)
        if told is not None or self.end is None or not self.is_whole:
            return told
        if self.count is not None and element >= self.count:
            return End("skipped", why=f"'{self.key}' has {self.count} items")
        return None if self.count is not None else self.end
