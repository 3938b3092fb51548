"""Flows: a function with @flow. Calling it runs it, durably; called in another flow, its tasks become part of that."""

from __future__ import annotations

from .contexts import BODY, CURRENT
from .errors import FlowError
from .failures import tell_uncaught
from .futures import Future, Generic, MappedFuture, overload
from .options import FLOW_HOOKS, FLOW_WORDS, check_words, is_valid_name, run_options_of
from .signatures import Signature

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, ParamSpec, TypeVar

    from typing_extensions import Unpack

    from .conversation import Conversation
    from .engine import Engine
    from .options import FlowOptions

    P = ParamSpec("P")
    R = TypeVar("R")
    R_co = TypeVar("R_co", covariant=True)
else:
    P = R = R_co = None

    def overload(function):
        return function


class Flow(Generic[P, R_co]):
    """A flow. `function` is its body, for calls without an engine."""

    __slots__ = ("__dict__", "__weakref__", "function", "hooks", "name", "options", "run_options", "signature")

    def __init__(self, function: Callable[P, R_co], options: dict[str, Any]) -> None:
        tell_uncaught()
        self.name = str(options.get("name") or getattr(function, "__name__", "flow"))
        what = f"flow '{self.name}'"
        if not is_valid_name(self.name):
            raise FlowError(f"'{self.name}' cannot name a flow: use letters, digits, _ - and .")
        check_words(options, FLOW_WORDS, what)
        self.function = function
        self.options = options
        self.signature = Signature(function, what)
        if self.signature.rest or self.signature.rest_by_name:
            raise FlowError(f"{what} has * parameters: name them, so that a run can be started with them")
        self.run_options = run_options_of(options, what)
        if "schedule" in options:
            from .schedules import check_schedule

            check_schedule(options["schedule"], what)
        self.hooks = {word: options[word] for word in FLOW_HOOKS if word in options}
        self.__doc__ = function.__doc__
        self.__dict__.update(__name__=self.name, __wrapped__=function)

    @property
    def __module__(self) -> str:  # type: ignore[override]
        return self.function.__module__

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Runs the flow and returns what its body returns, results in the place of futures. RunFailed when it does not
        succeed."""
        bound = self.signature.bind(args, kwargs)
        value: R_co = self._join(bound) if BODY.get() is not None else self._run(bound, {})
        return value

    def resume(self, run: str) -> R_co:
        """Goes on with a run of this flow, by name or id: what has finished is not run again."""
        value: R_co = self._run({}, {"resume": run})
        return value

    def with_options(self, **options: Unpack[FlowOptions]) -> Flow[P, R_co]:
        """The same flow with these options in place of its own; what is left out stays."""
        return Flow(self.function, {**self.options, **options})

    def _run(self, bound: dict[str, Any], options: dict[str, Any]) -> Any:
        import os

        if resume := os.environ.pop("WEIR_RESUME", ""):
            options = {**options, "resume": resume}
        return self._start(bound, options)

    def _start(self, bound: dict[str, Any], options: dict[str, Any], engine: Engine | None = None) -> Any:
        if engine is None:
            from .engine import Engine

            engine = Engine()  # starts while the rest is imported
        from .parameters import checked
        from .runs import run, run_in_loop

        if "resume" not in options:
            try:
                bound = checked(self.signature, bound, f"flow '{self.name}'")
            except BaseException:
                engine.leave()
                raise
        if self.signature.is_async:
            return run_in_loop(self, bound, options, engine)
        return run(self, bound, options, engine)

    def _join(self, bound: dict[str, Any]) -> Any:
        """As a sub-flow: its tasks are called "<flow>.<task>"."""
        context = CURRENT.get()
        if context is not None and context.task:
            raise FlowError(f"flow '{self.name}' was called inside of task '{context.task}': call it from a flow")
        body = BODY.get()
        assert body is not None
        from .parameters import checked

        arguments = checked(self.signature, bound, f"flow '{self.name}'")
        if self.signature.is_async:
            return self._join_later(arguments)
        body.enter(self.name)
        try:
            return self.signature.call(self.function, arguments)
        finally:
            body.leave()

    async def _join_later(self, arguments: dict[str, Any]) -> Any:
        body = BODY.get()
        assert body is not None
        body.enter(self.name)
        try:
            return await self.signature.call(self.function, arguments)
        finally:
            body.leave()

    def __repr__(self) -> str:
        return f"<weir.Flow {self.name}>"


def wants_hooks(flow: Flow[..., Any]) -> bool:
    """Its own, or those of any task that this program has made: which of them the body will call is not known yet."""
    from .tasks import Task

    return bool(flow.hooks) or Task.some_have_hooks


def hooks_for(flow: Flow[..., Any], conversation: Conversation) -> Any:
    """The functions that want to be told of states; None when nobody does."""
    if not wants_hooks(flow):
        return None
    from .hooks import Hooks

    return Hooks(flow, conversation)


def resolved(value: Any) -> Any:
    """Results in the place of futures, in lists, tuples and dicts too."""
    if isinstance(value, (Future, MappedFuture)):
        return value.result()
    kind = type(value)
    if kind is list or kind is tuple:
        return kind(resolved(item) for item in value)
    if kind is dict:
        return {key: resolved(item) for key, item in value.items()}
    return value


@overload
def flow(function: Callable[P, R], **options: Unpack[FlowOptions]) -> Flow[P, R]: ...
@overload
def flow(**options: Unpack[FlowOptions]) -> Callable[[Callable[P, R]], Flow[P, R]]: ...
def flow(function: Any = None, **options: Any) -> Any:
    """Makes a flow of a function, bare or with options: `@flow`, `@flow(timeout="2h", max_runs=1)`.

    >>> from weir import flow, task, testing
    >>> @task
    ... def double(x: int) -> int:
    ...     return 2 * x
    >>> @flow
    ... def twice(x: int = 4) -> int:
    ...     return double(double(x)).result()
    >>> testing.run(twice, x=3).value
    12
    """
    if function is not None:
        return Flow(function, options)
    return lambda function: Flow(function, options)
