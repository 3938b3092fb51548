"""Tasks: plain functions with a name and a policy. Calling one in a flow adds one run of it to the graph and returns a
future at once."""

from __future__ import annotations

from .contexts import BODY, CURRENT
from .errors import FlowError
from .failures import tell_uncaught
from .futures import Future, Generic, MappedFuture, overload
from .nodes import Call
from .options import HOOKS, TASK_WORDS, Cache, RetryChoice, check_words, policy_of
from .signatures import Signature
from .templates import Template, has_future
from .values import is_plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from typing import Any, TypeVar

    from typing_extensions import Unpack

    from .body import Body
    from .nodes import Node
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
        body = body_for(f"task '{self.name}'", f"call {self.name}.function(…) for the plain function")
        after, when = self._waits_in(kwargs)
        bound = self.signature.bind(args, kwargs)
        template = Template(body.store)
        arguments = {name: template.compile(value) for name, value in bound.items()}
        held = {name: value for name, value in bound.items() if is_held(value)}
        node = self._declare(body, template, {"arguments": arguments}, None, Call(self, held), bound, after, when)
        return Future(body, node)

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
        body = body_for(f"task '{self.name}'", f"call {self.name}.function(…) for the plain function")
        after, when = self._waits_in(kwargs)
        bound = self.signature.bind(args, kwargs)
        template = Template(body.store)
        sources: dict[str, Any] = {}
        arguments: dict[str, Any] = {}
        held: dict[str, Any] = {}
        for name, value in bound.items():
            if isinstance(value, unmapped):
                value = value.value
            elif is_mapped(value):
                sources[name] = template.compile(
                    value if isinstance(value, (list, Future, MappedFuture)) else list(value)
                )
                continue
            arguments[name] = template.compile(value)
            if is_held(value):
                held[name] = value
        if not sources:
            raise FlowError(
                f"{self.name}.map() was given nothing to walk along: an argument must be a list or a future"
            )
        if len(sources) == 1:
            ((name, source),) = sources.items()
            arguments[name] = {"$": ["item"]}
        else:
            source = sources
            arguments |= {name: {"$": ["item", name]} for name in sources}
        node = self._declare(body, template, {"arguments": arguments}, source, Call(self, held), None, after, when)
        return MappedFuture(body, node)

    def with_options(self, **options: Unpack[TaskOptions]) -> Task[R_co]:
        """The same task with these options in place of its own; what is left out stays."""
        return Task(self.function, {**self.options, **options}, self._is_renamed or "name" in options)

    def _waits_in(self, kwargs: dict[str, Any]) -> tuple[Any, Any]:
        after, when = self.options.get("after"), self.options.get("when")
        names = self.signature.all_names
        if "after" in kwargs and "after" not in names:
            after = kwargs.pop("after")
        if "when" in kwargs and "when" not in names:
            when = kwargs.pop("when")
        return after, when

    def _declare(
        self,
        body: Body,
        template: Template,
        inputs: dict[str, Any],
        source: Any,
        call: Call,
        bound: dict[str, Any] | None,
        after: Any,
        when: Any,
    ) -> Node:
        policy = self.policy
        if when is not None:
            policy = policy | {"when": template.condition(when)}
        if cache := self._cache(template, bound):
            policy = policy | {"cache": cache}
        template.wait_for(after)
        spec: dict[str, Any] = {"kind": self.kind, "inputs": {"function": self.identity, **inputs}}
        if source is not None:
            spec["map"] = source
        if template.upstreams:
            spec["upstreams"] = list(template.upstreams)
        if policy:
            spec["policy"] = policy
        return body.declare(self.name, self._is_renamed, spec, call)

    @property
    def identity(self) -> str:
        """Where the flow's file has the task: its path of names there."""
        return self.function.__qualname__

    def _cache(self, template: Template, bound: dict[str, Any] | None) -> dict[str, Any] | None:
        given = self.options.get("cache")
        if not given:
            return None
        cache = given if isinstance(given, Cache) else Cache()
        spec: dict[str, Any] = {"version": self._source_version() if cache.version == "source" else cache.version}
        if cache.expires_us is not None:
            spec["expires_us"] = cache.expires_us
        if cache.refresh:
            spec["refresh"] = True
        if isinstance(cache.key, str):
            spec["key"] = cache.key
        elif cache.key is not None:
            spec["key"] = self._own_key(cache.key, bound)
        return spec

    def _own_key(self, key: Callable[..., str], bound: dict[str, Any] | None) -> str:
        if bound is None or any(isinstance(value, (Future, MappedFuture)) for value in bound.values()):
            raise FlowError(
                f"the cache key of task '{self.name}' is a function, which is called when the task is: "
                "its arguments must be known then, so wait for them with .result(), and do not map"
            )
        return key(**self.signature.defaults() | bound)

    def _source_version(self) -> str:
        """Of the code, without the lines it stands in."""
        from hashlib import blake2b

        return blake2b(_code_text(self.signature.code).encode(), digest_size=8).hexdigest()

    def __repr__(self) -> str:
        return f"<weir.Task {self.name}>"


def _code_text(code: Any) -> str:
    constants = [_code_text(it) if hasattr(it, "co_code") else repr(it) for it in code.co_consts]
    return f"{code.co_code.hex()} {code.co_names} {constants}"


def is_held(value: Any) -> bool:
    """Whether an argument is better passed as it is than read back: the result of one task, or what is no JSON."""
    return type(value) is Future or not (is_plain(value) or has_future(value))


def is_mapped(value: Any) -> bool:
    if isinstance(value, (Future, MappedFuture)):
        return True
    return hasattr(value, "__iter__") and not isinstance(value, (str, bytes, bytearray, dict))


def body_for(what: str, otherwise: str) -> Body:
    """The body that runs in this thread or coroutine."""
    body = BODY.get()
    context = CURRENT.get()
    if context is not None and context.task:
        raise FlowError(f"{what} was called inside of task '{context.task}'; {otherwise}, or call it from the flow")
    if body is None:
        raise FlowError(f"{what} was called outside of a flow; {otherwise}, or call it from a function with @flow")
    return body


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
