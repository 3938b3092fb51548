"""Parameters of flows: checked against their annotations, read from the command line, written into the history.

Annotations are looked at only where they are more than str, int, float, bool, list and dict; that is when `typing` is
worth its import.
"""

from __future__ import annotations

from .errors import FlowError
from .values import to_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .signatures import Signature

_SIMPLE = {"str": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict}


def checked(signature: Signature, given: dict[str, Any], what: str) -> dict[str, Any]:
    """Values of all parameters: `given`, converted to what the annotations say, and the defaults. FlowError for one
    that is missing, unknown or of another kind."""
    known = signature.all_names
    for name in given:
        if name not in known:
            raise FlowError(_unknown(name, known, what))
    annotations = _annotations(signature)
    values = {
        name: convert(value, annotations[name], f"parameter '{name}' of {what}") if name in annotations else value
        for name, value in given.items()
    }
    missing = [name for name in signature.required if name not in values]
    if missing:
        name = missing[0]
        raise FlowError(f"{what} needs a value for '{name}': give it as an argument, or with -p {name}=…")
    return signature.defaults() | values


def from_texts(signature: Signature, texts: list[str], what: str) -> dict[str, Any]:
    """ "name=value" as typed on a command line: JSON, save where a text is meant."""
    annotations = _annotations(signature)
    given: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise FlowError(f"'{text}' is no parameter: write -p name=value")
        if name not in signature.all_names:
            raise FlowError(_unknown(name, signature.all_names, what))
        given[name] = _read(value, annotations.get(name), signature.defaults().get(name))
    return given


def to_history(values: dict[str, Any]) -> dict[str, Any]:
    """The values as JSON that `checked` makes them of again."""
    return {name: _flat(value) for name, value in values.items()}


def _read(text: str, annotation: Any, default: Any) -> Any:
    if annotation is str or (annotation is None and isinstance(default, str)):
        return text
    import json

    try:
        return json.loads(text)
    except ValueError:
        return text


def _flat(value: Any) -> Any:
    from .values import is_plain

    if is_plain(value):
        return value
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        return {name: _flat(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_flat(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _flat(item) for key, item in value.items()}
    for method in ("isoformat", "total_seconds", "__fspath__"):
        if hasattr(value, method):
            return getattr(value, method)()
    if hasattr(value, "value") and hasattr(value, "name"):
        return _flat(value.value)
    if type(value).__name__ in ("Decimal", "UUID"):
        return str(value)
    return to_json(value)


def _annotations(signature: Signature) -> dict[str, Any]:
    raw = getattr(signature.function, "__annotations__", {})
    simple = {}
    for name, annotation in raw.items():
        kind = _SIMPLE.get(annotation) if isinstance(annotation, str) else annotation
        if kind not in _SIMPLE.values():
            return _resolved(signature)
        simple[name] = kind
    return simple


def _resolved(signature: Signature) -> dict[str, Any]:
    from typing import get_type_hints

    try:
        return get_type_hints(signature.function)
    except Exception:  # a name that only the type checker knows
        raw = getattr(signature.function, "__annotations__", {})
        return {name: it for name, it in raw.items() if not isinstance(it, str)}


def convert(value: Any, annotation: Any, what: str) -> Any:
    """The value as what the annotation says; FlowError when it is something else."""
    if type(value) is annotation:
        return value
    if annotation in (int, str, bool, list, dict, float):
        if annotation is float and type(value) is int:
            return float(value)
        raise FlowError(f"{what} must be {_named(annotation)}, not {value!r}")
    from .conversions import convert_special

    return convert_special(value, annotation, what)


def _named(annotation: Any) -> str:
    name = getattr(annotation, "__name__", str(annotation))
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _unknown(name: str, known: tuple[str, ...], what: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1)
    hint = f": did you mean {near[0]!r}?" if near else f"; it has {', '.join(known)}" if known else "; it has none"
    return f"{what} has no parameter '{name}'{hint}"
