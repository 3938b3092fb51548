"""Tasks that the engine itself runs. What there is to call is in native.py, which is made of the engine's own
descriptions; this is what those calls stand on."""

from __future__ import annotations

from .calls import body_for
from .errors import FlowError
from .futures import Future
from .options import TASK_WORDS, check_words, policy_of
from .templates import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    R = TypeVar("R", bound="Result")


# A future that is given in place of all inputs is these inputs, or one of these fields: the result of another task is
# enough to name a cluster or a run.
SUBJECTS = ("cluster", "run_id", "path")


class Result(dict):  # type: ignore[type-arg]
    """What a native task gave: a dict, whose members are attributes too."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def add(
    kind: str,
    fields: tuple[str, ...],
    result: type[R] | None,
    whole: Any,
    given: dict[str, Any],
    rest: dict[str, Any],
    short: str,
) -> Future[Any]:
    """Adds a task of a native kind. `whole` are its inputs as one value, over which named fields go, or the field that
    is called `short`; `rest` are further fields of an open kind, and options of the task."""
    name = kind.rpartition(".")[2]
    body = body_for(f"'{name}'", "it runs in flows only")
    options = {word: rest.pop(word) for word in TASK_WORDS if word in rest and word not in fields}
    check_words(options, TASK_WORDS, f"task '{name}'")
    inputs = {word: value for word, value in given.items() if value is not None} | rest
    template = Template(body.store)
    spec: dict[str, Any] = {"kind": kind, "inputs": template.compile(_merged(name, whole, inputs, short))}
    policy = policy_of(options, f"task '{name}'")
    if (when := options.get("when")) is not None:
        policy["when"] = template.condition(when)
    template.wait_for(options.get("after"))
    if options.get("cache"):
        policy["cache"] = {}
    if template.upstreams:
        spec["upstreams"] = list(template.upstreams)
    if policy:
        spec["policy"] = policy
    node = body.declare(options.get("name") or name, "name" in options, spec, None)
    node.result = result
    return Future(body, node)


def _merged(name: str, whole: Any, inputs: dict[str, Any], short: str) -> Any:
    if whole is None:
        return inputs
    is_future = isinstance(whole, Future)
    stands_for = short in SUBJECTS if is_future else short and not isinstance(whole, dict)
    if stands_for and short not in inputs:
        return {short: whole} | inputs
    if not inputs:
        return whole
    if isinstance(whole, dict):
        return whole | inputs
    raise FlowError(f"{name}() was given {whole!r} and {', '.join(inputs)}: give the one or the others")
