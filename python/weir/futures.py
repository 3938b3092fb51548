"""Results that may not be there yet. Passing a future to a task makes an edge of the graph; result() waits."""

from __future__ import annotations

from .errors import FlowError, TaskFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from typing import Any, Literal, TypeAlias, TypeVar
    from typing import Generic as Generic
    from typing import overload as overload

    from .body import Body
    from .nodes import Node

    T = TypeVar("T")
    T_co = TypeVar("T_co", covariant=True)
    State = Literal["pending", "running", "retrying", "succeeded", "failed", "upstream_failed", "skipped", "cancelled"]
else:

    def overload(function):
        return function

    class Generic:
        __slots__ = ()

        def __class_getitem__(cls, _):
            return cls

    def overload(function):
        return function

    T = T_co = None

NOTHING: Any = object()


class Box:
    """Where an object lies while somebody in this process still wants it: held by futures, and by nothing else, so that
    it goes with its last reader."""

    __slots__ = ("__weakref__", "value")

    def __init__(self) -> None:
        self.value: Any = NOTHING


class Future(Generic[T_co]):
    """The result of one task run. Await it in an async flow."""

    __slots__ = ("_body", "_box", "_element", "_node")

    def __init__(self, body: Body, node: Node, element: int | None = None) -> None:
        self._body = body
        self._node = node
        self._element = element
        self._box = node.box_for(element)
        node.newborn = None

    @property
    def key(self) -> str:
        """Of the task run: "load", "load-2" for a second call, "load[3]" for an element of a mapped one."""
        return self._node.key if self._element is None else f"{self._node.key}[{self._element}]"

    @property
    def state(self) -> State:
        """As far as it is known here: an end, or pending."""
        end = self._node.end_of(self._element)
        return end.state if end else "pending"

    def done(self) -> bool:
        return self._node.end_of(self._element) is not None

    def wait(self, timeout: float | None = None) -> State:
        """Waits for the end, and tells how it ended; raises nothing for a task that failed. TimeoutError when
        `timeout` seconds are over."""
        return self._body.wait_for(self._node, self._element, timeout).state

    def result(self, timeout: float | None = None) -> T_co:
        """Waits for the value. TaskFailed when there is none."""
        end = self._body.wait_for(self._node, self._element, timeout)
        if end.state != "succeeded":
            raise end.error(self.key) from end.cause
        if self._box.value is NOTHING:
            self._box.value = self._body.fetch(self._node, self._element)
        value: T_co = self._box.value
        return value

    def exception(self, timeout: float | None = None) -> TaskFailed | None:
        """Waits for the end; why there is no value, or None when there is one."""
        end = self._body.wait_for(self._node, self._element, timeout)
        return None if end.state == "succeeded" else end.error(self.key)

    def __await__(self) -> Generator[Any, None, T_co]:
        yield from self._body.end_in_loop(self._node, self._element)
        return self.result()

    def __iter__(self) -> Any:
        raise FlowError(
            f"the result of '{self.key}' is not known yet: wait for it with .result(), or map a task over it"
        )

    def __bool__(self) -> bool:
        raise FlowError(
            f"the result of '{self.key}' is not known yet: branch on .result(), or give the next task when={self.key}"
        )

    def __repr__(self) -> str:
        return f"<weir.Future {self.key}: {self.state}>"


class MappedFuture(Generic[T_co]):
    """The results of a mapped task. Given to a task it is the list of them; given to `map`, it is followed item by
    item."""

    __slots__ = ("_body", "_node", "_whole")

    def __init__(self, body: Body, node: Node) -> None:
        self._body = body
        self._node = node
        self._whole: Future[list[T_co]] = Future(body, node)

    @property
    def key(self) -> str:
        return self._node.key

    @property
    def state(self) -> State:
        return self._whole.state

    def done(self) -> bool:
        return self._whole.done()

    def wait(self, timeout: float | None = None) -> State:
        return self._whole.wait(timeout)

    def result(self, timeout: float | None = None) -> list[T_co]:
        """Waits for all of them: a list in the order of the items, None for one that was skipped."""
        return self._whole.result(timeout)

    def exception(self, timeout: float | None = None) -> TaskFailed | None:
        return self._whole.exception(timeout)

    def __await__(self) -> Generator[Any, None, list[T_co]]:
        return self._whole.__await__()

    def __len__(self) -> int:
        """Waits until it is known."""
        return self._body.count_of(self._node)

    def __getitem__(self, element: int) -> Future[T_co]:
        """The future of one item; it need not be known yet whether there is such an item."""
        if element < 0:
            element += len(self)
        self._body.watch(self._node)
        return Future(self._body, self._node, element)

    def __iter__(self) -> Iterator[Future[T_co]]:
        """A future for each item, when it is known how many there are."""
        for element in range(len(self)):
            yield self[element]

    def __bool__(self) -> bool:
        raise FlowError(f"the results of '{self.key}' are not known yet: branch on .result()")

    def __repr__(self) -> str:
        return f"<weir.MappedFuture {self.key}: {self.state}>"


if TYPE_CHECKING:
    AnyFuture: TypeAlias = Future[Any] | MappedFuture[Any]


def as_completed(futures: Iterable[Future[T]]) -> Iterator[Future[T]]:
    """The futures in the order in which their tasks end, as they do; a resumed run repeats that order.

    >>> from weir import flow, task, testing, as_completed
    >>> @task
    ... def double(x: int) -> int:
    ...     return 2 * x
    >>> @flow
    ... def many() -> int:
    ...     return sum(future.result() for future in as_completed(double.map([1, 2, 3])))
    >>> testing.run(many).value
    12
    """
    waiting = list(futures)
    if not waiting:
        return
    yield from waiting[0]._body.in_order_of_ends(waiting)


def wait(futures: Iterable[AnyFuture], timeout: float | None = None) -> bool:
    """Waits until all have ended, however; True when all of them succeeded. Raises nothing for a task that failed."""
    states = [future.wait(timeout) for future in futures]
    return all([state == "succeeded" for state in states])
