"""A flow body under way: the tasks it declares, and what it learns of their ends.

The body runs on a thread of its own (the program's main thread as a rule); messages from the engine are taken on the
reader's. A node is shared by both, under one lock.
"""

from __future__ import annotations

from _thread import allocate_lock

from .codecs import Store
from .errors import FlowError, RunInterrupted
from .failures import place_of_caller
from .futures import NOTHING
from .nodes import Call, End, Node
from .options import NAME_CHARACTERS_MAX, is_valid_name
from .values import from_json
from .waiting import wait_at
from .wire import dumps, too_large

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from typing import Any

    from .contexts import RunInfo
    from .futures import Future
    from .wire import Connection, Message


class Traced(BaseException):
    """Unwinds a body that is only looked at, where it comes to wait."""


class Body:
    def __init__(self, connection: Connection, run: RunInfo, is_traced: bool = False) -> None:
        self.run = run
        self.store = Store(run.results, run.sync)
        self.nodes: dict[str, Node] = {}
        self._connection = connection
        self._is_traced = is_traced
        self._counts: dict[str, int] = {}
        self._groups: list[str] = [""]
        self._lock = allocate_lock()
        self._asked: dict[tuple[str, int | None], list[_Answer]] = {}
        self._syncs: dict[int, Callable[[], object]] = {}
        self._is_over = False
        self._workspace: dict[str, str] | None = None
        self.on_declared: Callable[[Node], None] = lambda node: None

    # What the body declares.

    def declare(self, name: str, is_given: bool, spec: dict[str, Any], call: Call | None) -> Node:
        """Adds a task. `name` is its own, or one that was given for this call; `spec` has all but the key."""
        key = self._key_for(name, is_given)
        spec["key"] = key
        text = dumps(spec)
        if much := too_large(text):
            raise FlowError(f"what task '{key}' is called with is {much}: let it read a file, or the result of a task")
        node = Node(key, call)
        node.newborn = node.box_for(None)  # the task may end before its future is made
        self.nodes[key] = node
        self._connection.send_soon(f'{{"type":"task","spec":{text},"at":{dumps(place_of_caller())}}}')
        self.on_declared(node)
        return node

    def _key_for(self, name: str, is_given: bool) -> str:
        key = self._groups[-1] + name
        if not is_given:
            key = self._counted(key)
        if not is_valid_name(key):
            raise FlowError(
                f"'{key}' cannot name a task: use letters, digits, _ - and ., at most {NAME_CHARACTERS_MAX}"
            )
        if key in self.nodes:
            raise FlowError(f"there are two tasks '{key}' in this flow: give one of them another name")
        return key

    def _counted(self, name: str) -> str:
        """The name as it is the first time, then with -2, -3 …"""
        ordinal = self._counts.get(name, 0) + 1
        self._counts[name] = ordinal
        return name if ordinal == 1 else f"{name}-{ordinal}"

    def enter(self, name: str) -> None:
        """Until leave(), the keys of new tasks begin with the name of a sub-flow."""
        self._groups.append(self._counted(self._groups[-1] + name) + ".")

    def leave(self) -> None:
        self._groups.pop()

    def choose_workspace(self, chosen: dict[str, str], message: str) -> None:
        """Of all tasks of native kinds in this run. FlowError for a second one."""
        if self._workspace not in (None, chosen):
            raise FlowError("this run talks to another workspace already: one run, one workspace")
        self._workspace = chosen
        self._connection.send(message)

    # What it waits for.

    def wait_for(self, node: Node, element: int | None, timeout: float | None = None) -> End:
        """TimeoutError after so many seconds, RunInterrupted when nothing more will come."""
        while (end := node.end_of(element)) is None:
            if self._is_over:
                raise RunInterrupted(self.run.name)
            self._wait_until(lambda done: self.when_ended(node, element, done), node.key, timeout)
        return end

    def when_ended(self, node: Node, element: int | None, do: Callable[[], object]) -> None:
        """Calls `do` when the end is known, or when none will come: now, or on the reader's thread."""
        if element is not None:
            self.watch(node)
        with self._lock:
            waits = not self._is_over and node.end_of(element) is None
            if waits:
                node.waiters.setdefault(element, []).append(do)
        if not waits:
            do()

    def _wait_until(
        self, register: Callable[[Callable[[], object]], None], key: str, timeout: float | None = None
    ) -> None:
        if self._is_traced:
            raise Traced(key)
        gate = allocate_lock()
        gate.acquire()
        register(gate.release)
        self._connection.flush()
        if not wait_at(gate, timeout):
            raise TimeoutError(f"'{key}' has not ended within {timeout} seconds")
        self._connection.hasten()

    def end_in_loop(self, node: Node, element: int | None) -> Generator[Any, None, None]:
        """Waits for the end in a coroutine."""
        if self._is_traced:
            raise Traced(node.key)
        from asyncio import get_running_loop

        loop = get_running_loop()

        def end(ended: Any) -> None:
            if not ended.done():
                ended.set_result(None)

        while node.end_of(element) is None:
            if self._is_over:
                raise RunInterrupted(self.run.name)
            ended = loop.create_future()
            self.when_ended(node, element, lambda ended=ended: loop.call_soon_threadsafe(end, ended))  # type: ignore[misc]
            self._connection.flush()
            yield from ended.__await__()

    def in_order_of_ends(self, futures: list[Future[Any]]) -> Iterator[Future[Any]]:
        from _queue import SimpleQueue

        self._wait_until(self._when_synced, futures[0].key)
        ended: SimpleQueue[int] = SimpleQueue()
        known = []
        for position, future in enumerate(futures):
            end = future._node.end_of(future._element)
            if end is not None:
                known.append((end.order, position))
            else:
                self.when_ended(future._node, future._element, lambda position=position: ended.put(position))  # type: ignore[misc]
        for _, position in sorted(known):
            yield futures[position]
        for _ in range(len(futures) - len(known)):
            self._connection.flush()
            future = futures[ended.get()]
            self.wait_for(future._node, future._element)  # raises when it is over instead
            yield future

    def count_of(self, node: Node) -> int:
        """How many elements a mapped task has. Waits until it is known; TaskFailed when it never will be."""
        self.watch(node)
        while node.count is None:
            self._wait_until(lambda done: self._when_counted(node, done), node.key)
            if node.count is None and node.end is not None:
                raise node.end.error(node.key)
            if node.count is None and self._is_over:
                raise RunInterrupted(self.run.name)
        return node.count

    def _when_counted(self, node: Node, do: Callable[[], object]) -> None:
        with self._lock:
            waits = not self._is_over and node.count is None and not (node.end and node.is_whole)
            if waits:
                node.waiters.setdefault(-1, []).append(do)
        if not waits:
            do()

    def watch(self, node: Node) -> None:
        """From now on the ends of its elements are told too."""
        if node.is_watched:
            return
        node.is_watched = True

        def told() -> None:
            node.is_whole = True
            self._release(node, whole=True)

        self._connection.post(f'{{"type":"watch","task":{dumps(node.key)}}}')
        self._when_synced(told)

    def _when_synced(self, do: Callable[[], object]) -> None:
        with self._lock:
            waits = not self._is_over
            number = len(self._syncs) + 1 if not self._syncs else max(self._syncs) + 1
            if waits:
                self._syncs[number] = do
        if waits:
            self._connection.send(f'{{"type":"sync","id":{number}}}')
        else:
            do()

    def fetch(self, node: Node, element: int | None) -> Any:
        """The result of a task that has succeeded, from the engine."""
        answer = _Answer()
        with self._lock:
            if self._is_over:
                raise RunInterrupted(self.run.name)
            self._asked.setdefault((node.key, element), []).append(answer)
        which = "" if element is None else f',"element":{element}'
        self._connection.send(f'{{"type":"value","task":{dumps(node.key)}{which}}}')
        wait_at(answer.gate)
        if answer.value is NOTHING:
            raise RunInterrupted(self.run.name)
        value = from_json(answer.value, self.store) if answer.has_wrapped else answer.value
        return node.result(value) if node.result and type(value) is dict else value

    # What the engine tells, on the reader's thread.

    def take_ended(self, message: Message) -> None:
        node = self.nodes.get(message["task"])
        if node is None:
            return
        element = message.get("element")
        state = message["state"]
        why = message.get("reason", "")
        if failure := message.get("failure"):
            why = failure.get("message", why)
        end = End(state, message.get("order", 0), why, node.cause if state == "failed" else None)
        if element is None:
            node.end = end
            node.call = node.cause = None
        else:
            node.elements[element] = end
        self._release(node, element, whole=element is None)

    def take_expanded(self, message: Message) -> None:
        node = self.nodes.get(message["task"])
        if node is not None:
            node.count = message["count"]
            self._release(node, -1)

    def take_value(self, message: Message, has_wrapped: bool) -> None:
        which = (message["task"], message.get("element"))
        with self._lock:
            waiting = self._asked.get(which)
            answer = waiting.pop(0) if waiting else None
            if not waiting:
                self._asked.pop(which, None)
        if answer:
            answer.has_wrapped = has_wrapped
            answer.value = message.get("value")
            answer.gate.release()

    def take_synced(self, message: Message) -> None:
        with self._lock:
            do = self._syncs.pop(message["id"], None)
        if do:
            do()

    def end(self) -> None:
        """Nothing more will come: whoever waits is told so."""
        with self._lock:
            self._is_over = True
            answers = [answer for waiting in self._asked.values() for answer in waiting]
            syncs = list(self._syncs.values())
            self._asked, self._syncs = {}, {}
        for answer in answers:
            answer.gate.release()
        for do in syncs:
            do()
        for node in list(self.nodes.values()):
            if node.waiters:
                self._release(node, whole=True)

    def _release(self, node: Node, element: int | None = None, whole: bool = False) -> None:
        with self._lock:
            if whole:
                waiting = [do for waiters in node.waiters.values() for do in waiters]
                node.waiters.clear()
            else:
                waiting = node.waiters.pop(element, [])
        for do in waiting:
            do()


class _Answer:
    __slots__ = ("gate", "has_wrapped", "value")

    def __init__(self) -> None:
        self.gate = allocate_lock()
        self.gate.acquire()
        self.value: Any = NOTHING
        self.has_wrapped = False
