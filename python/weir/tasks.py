"""Tasks: plain functions with a name and a policy. Calling one in a flow adds one run of it to the graph and returns a
future at once."""

from __future__ import annotations

from .errors import FlowError
from .failures import tell_uncaught
from .futures import Future, Generic, MappedFuture, overload
from .options import HOOKS, TASK_WORDS, RetryChoice, check_words, policy_of
from .signatures import Signature

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from typing import Any, TypeVar

    from typing_extensions import Unpack

    from .options import TaskOptions

    R = TypeVar("R")
    R_co = TypeVar("R_co", covariant=True)
else:
    R = R_co = None

    def overload(function):
        return function


class unmapped:
    """A list that is one constant for all items of a mapped task: `line.map(days, unmapped(["a", "b"]))`."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class Task(Generic[R_co]):
    """A function as a step of flows; `function` is the function itself, for calls without a flow."""

    some_have_hooks = False  # any task of this program

    __slots__ = (
        "__dict__",
        "__weakref__",
        "_is_renamed",
        "function",
        "hooks",
        "name",
        "options",
        "policy",
        "retry_choice",
        "signature",
    )

    def __init__(self, function: Callable[..., Any], options: dict[str, Any], is_renamed: bool = False) -> None:
        tell_uncaught()
        self.name = str(options.get("name") or getattr(function, "__name__", "task"))
        if self.name == "<lambda>":
            raise FlowError("a task made of a lambda needs a name: task(name=…)")
        self.function = function
        self.options = options
        self._is_renamed = is_renamed
        what = f"task '{self.name}'"
        check_words(options, TASK_WORDS, what)
        self.signature = Signature(function, what)
        self.policy = policy_of(options, what)
        self.retry_choice = RetryChoice(options.get("retry_on", ()), options.get("never_retry_on", ()), what)
        if patterns := self.retry_choice.patterns():
            self.policy["retry"] = self.policy.get("retry", {"count": 0}) | patterns
        self.hooks = {word: options[word] for word in HOOKS if word in options}
        if self.hooks:
            Task.some_have_hooks = True
        runner = options.get("runner", "threads")
        if runner not in ("threads", "processes"):
            raise FlowError(f"runner of {what} is {runner!r}: 'threads' or 'processes'")
        if runner == "processes" and self.signature.is_async:
            raise FlowError(f"{what} is async: it cannot have runner='processes'")
        self.__doc__ = function.__doc__
        self.__dict__.update(__name__=self.name, __qualname__=function.__qualname__, __wrapped__=function)

    @property
    def __module__(self) -> str:  # type: ignore[override]
        return self.function.__module__

    @property
    def kind(self) -> str:
        if self.options.get("runner") == "processes":
            return "python.process"
        return "python.async" if self.signature.is_async else "python"

    def __call__(self, *args: Any, **kwargs: Any) -> Future[R_co]:
        """Adds a run of this task to the flow. Futures as arguments, also inside of lists and dicts, are waited for
        and filled in. Beside the function's own parameters, unless it has some of these names:

        after=      futures to wait for without using their results
        when=       a future or weir.If(…): skipped unless it holds
        """
        from .calls import add

        return add(self, args, kwargs)

    def map(self, *args: Any, **kwargs: Any) -> MappedFuture[R_co]:
        """Adds a run of this task for each item. Lists, ranges, generators and other iterables are walked along
        together, and so are futures of lists; texts, bytes and dicts are constants, and so is what is in unmapped().
        A mapped future is followed item by item: each waits for its own.

        >>> from weir import flow, task, testing
        >>> @task
        ... def add(x: int, y: int) -> int:
        ...     return x + y
        >>> @flow
        ... def many() -> list[int]:
        ...     return add.map([1, 2, 3], 10).result()
        >>> testing.run(many).value
        [11, 12, 13]
        """
        from .calls import add_mapped

        return add_mapped(self, args, kwargs)

    def with_options(self, **options: Unpack[TaskOptions]) -> Task[R_co]:
        """The same task with these options in place of its own; what is left out stays."""
        return Task(self.function, {**self.options, **options}, self._is_renamed or "name" in options)

    @property
    def identity(self) -> str:
        """Where the flow's file has the task: its path of names there."""
        return self.function.__qualname__

    def __repr__(self) -> str:
        return f"<weir.Task {self.name}>"


if TYPE_CHECKING:

    class Decorator:
        """What @task(…) with options gives. A generator's task has the list of what it yields as its result."""

        @overload
        def __call__(self, function: Callable[..., Coroutine[Any, Any, R]]) -> Task[R]: ...
        @overload
        def __call__(self, function: Callable[..., Iterator[R]]) -> Task[list[R]]: ...
        @overload
        def __call__(self, function: Callable[..., R]) -> Task[R]: ...
        def __call__(self, function: Any) -> Any: ...


@overload
def task(function: Callable[..., Coroutine[Any, Any, R]], **options: Unpack[TaskOptions]) -> Task[R]: ...
@overload
def task(function: Callable[..., Iterator[R]], **options: Unpack[TaskOptions]) -> Task[list[R]]: ...
@overload
def task(function: Callable[..., R], **options: Unpack[TaskOptions]) -> Task[R]: ...
@overload
def task(**options: Unpack[TaskOptions]) -> Decorator: ...
def task(function: Any = None, **options: Any) -> Any:
    """Makes a task of a function, bare or with options: `@task`, `@task(retries=2, timeout="5m")`.

    >>> from weir import task
    >>> @task(retries=2, retry_delay="10s")
    ... def load(day: str) -> list[str]:
    ...     return [day]
    >>> load.function("monday")
    ['monday']
    """
    if function is not None:
        return Task(function, options)
    return lambda function: Task(function, options)
