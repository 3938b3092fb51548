"""What a call of a task adds to the graph: its arguments as templates, what it waits for, its policy and cache key."""

from __future__ import annotations

from .contexts import BODY, CURRENT
from .errors import FlowError
from .futures import Future, MappedFuture
from .nodes import Call
from .options import Cache
from .tasks import Task, unmapped
from .templates import Template, has_future
from .values import is_plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .body import Body
    from .nodes import Node

_KEYS = "cache key"  # among what a mapped task walks along; no parameter is called so


def add(task: Task[Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Future[Any]:
    """One run of the task."""
    body = body_of(task)
    after, when = _waits_in(task, kwargs)
    return _add(task, body, task.signature.bind(args, kwargs), after, when)


def _add(task: Task[Any], body: Body, bound: dict[str, Any], after: Any = None, when: Any = None) -> Future[Any]:
    template = Template(body.store)
    arguments = {name: template.compile(value) for name, value in bound.items()}
    held = {name: value for name, value in bound.items() if is_held(value)}
    cache = _cache(task, body, bound, template)
    node = _declare(task, body, template, {"arguments": arguments}, None, Call(task, held), cache, after, when)
    return Future(body, node)


def add_mapped(task: Task[Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> MappedFuture[Any]:
    """A run of the task for each item."""
    body = body_of(task)
    after, when = _waits_in(task, kwargs)
    bound = {name: _to_walk(value) for name, value in task.signature.bind(args, kwargs).items()}
    return _add_mapped(task, body, bound, after, when)


def _add_mapped(
    task: Task[Any], body: Body, bound: dict[str, Any], after: Any = None, when: Any = None
) -> MappedFuture[Any]:
    template = Template(body.store)
    sources: dict[str, Any] = {}
    arguments: dict[str, Any] = {}
    held: dict[str, Any] = {}
    for name, value in bound.items():
        if isinstance(value, unmapped):
            value = value.value
        elif is_mapped(value):
            sources[name] = template.compile(value)
            continue
        arguments[name] = template.compile(value)
        if is_held(value):
            held[name] = value
    if not sources:
        raise FlowError(f"{task.name}.map() was given nothing to walk along: an argument must be a list or a future")
    cache = _cache(task, body, bound, template, sources)
    if len(sources) == 1:
        ((name, source),) = sources.items()
        arguments[name] = {"$": ["item"]}
    else:
        source = sources
        arguments |= {name: {"$": ["item", name]} for name in sources if name != _KEYS}
    node = _declare(task, body, template, {"arguments": arguments}, source, Call(task, held), cache, after, when)
    return MappedFuture(body, node)


def _waits_in(task: Task[Any], kwargs: dict[str, Any]) -> tuple[Any, Any]:
    after, when = task.options.get("after"), task.options.get("when")
    names = task.signature.all_names
    if "after" in kwargs and "after" not in names:
        after = kwargs.pop("after")
    if "when" in kwargs and "when" not in names:
        when = kwargs.pop("when")
    return after, when


def _declare(
    task: Task[Any],
    body: Body,
    template: Template,
    inputs: dict[str, Any],
    source: Any,
    call: Call,
    cache: dict[str, Any] | None,
    after: Any,
    when: Any,
) -> Node:
    policy = task.policy
    if when is not None:
        policy = policy | {"when": template.condition(when)}
    if cache:
        policy = policy | {"cache": cache}
    template.wait_for(after)
    spec: dict[str, Any] = {"kind": task.kind, "inputs": {"function": task.identity, **inputs}}
    if source is not None:
        spec["map"] = source
    if template.upstreams:
        spec["upstreams"] = list(template.upstreams)
    if policy:
        spec["policy"] = policy
    return body.declare(task.name, task._is_renamed, spec, call)


def _cache(
    task: Task[Any], body: Body, bound: dict[str, Any], template: Template, sources: dict[str, Any] | None = None
) -> dict[str, Any] | None:
    """The policy. `sources` of a mapped call may come to have the keys of its items in it."""
    given = task.options.get("cache")
    if not given:
        return None
    cache = given if isinstance(given, Cache) else Cache()
    spec: dict[str, Any] = {"version": _source_version(task) if cache.version == "source" else cache.version}
    if cache.expires_us is not None:
        spec["expires_us"] = cache.expires_us
    if cache.refresh:
        spec["refresh"] = True
    if isinstance(cache.key, str):
        spec["key"] = cache.key
    elif cache.key is not None:
        defaults = task.signature.defaults()
        if sources is not None:
            constants = {name: unmapped(value) for name, value in defaults.items()}
            sources[_KEYS] = template.hole(_add_mapped(_key_task(task, cache.key), body, constants | bound))
            spec["key"] = {"$": ["item", _KEYS]}
        elif any([has_future(value) for value in bound.values()]):
            spec["key"] = template.hole(_add(_key_task(task, cache.key), body, defaults | bound))
        else:
            spec["key"] = task.signature.call(cache.key, defaults | bound)
    return spec


def _key_task(task: Task[Any], key: Callable[..., str]) -> Task[str]:
    """Calls the function when the arguments are known, which are those of the task: a task of its own, before it."""
    if "trigger" in task.policy:
        raise FlowError(
            f"task '{task.name}' may run when others have failed, so its cache key cannot be made of their results: "
            "wait for them with .result(), or do without the function"
        )

    def key_of(*args: Any, **kwargs: Any) -> str:
        return key(*args, **kwargs)

    made: Task[str] = Task(task.function, {"name": f"{task.name}-key"})  # with its parameters
    made.function = key_of
    made.signature.is_async = False
    return made


def _source_version(task: Task[Any]) -> str:
    """Of the code, without the lines it stands in."""
    from hashlib import blake2b

    return blake2b(_code_text(task.signature.code).encode(), digest_size=8).hexdigest()


def _code_text(code: Any) -> str:
    constants = [_code_text(it) if hasattr(it, "co_code") else repr(it) for it in code.co_consts]
    return f"{code.co_code.hex()} {code.co_names} {constants}"


def is_held(value: Any) -> bool:
    """Whether an argument is better passed as it is than read back: the result of one task, or what is no JSON."""
    return type(value) is Future or not (is_plain(value) or has_future(value))


def _to_walk(value: Any) -> Any:
    """What can be walked along once only, as a list."""
    return list(value) if is_mapped(value) and not isinstance(value, (list, Future, MappedFuture)) else value


def is_mapped(value: Any) -> bool:
    if isinstance(value, (Future, MappedFuture)):
        return True
    return hasattr(value, "__iter__") and not isinstance(value, (str, bytes, bytearray, dict))


def body_of(task: Task[Any]) -> Body:
    return body_for(f"task '{task.name}'", f"call {task.name}.function(…) for the plain function")


def body_for(what: str, otherwise: str) -> Body:
    """The body that runs in this thread or coroutine."""
    body = BODY.get()
    context = CURRENT.get()
    if context is not None and context.task:
        raise FlowError(f"{what} was called inside of task '{context.task}'; {otherwise}, or call it from the flow")
    if body is None:
        raise FlowError(f"{what} was called outside of a flow; {otherwise}, or call it from a function with @flow")
    return body
