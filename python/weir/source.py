"""The user's file in a process that did not start with it."""

from __future__ import annotations

import os
import sys

from .errors import FlowError, WeirError
from .failures import message_of, without_ours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from .flows import Flow
    from .tasks import Task

MODULE = "__weir_main__"


class CannotLoad(WeirError):
    """The file cannot be imported; `trace` has the user's frames."""

    def __init__(self, message: str, trace: str = "") -> None:
        super().__init__(message)
        self.trace = trace


def load(file: str) -> ModuleType:
    """Executes the file as a module that is also found as __main__, so that what was pickled in a program that ran by
    itself is found here, and the other way round."""
    from types import ModuleType

    module = ModuleType(MODULE)
    module.__file__ = file
    sys.modules[MODULE] = sys.modules["__main__"] = module
    sys.path.insert(0, os.path.dirname(file))
    try:
        with open(file, "rb") as opened:
            code = compile(opened.read(), file, "exec", dont_inherit=True)
    except OSError as error:
        raise CannotLoad(f"cannot read {file}: {error.strerror}") from None
    except SyntaxError as error:
        raise CannotLoad(f"{os.path.basename(file)}:{error.lineno}: {type(error).__name__}: {error.msg}") from None
    try:
        exec(code, module.__dict__)
    except SystemExit as error:
        raise CannotLoad(
            f"{os.path.basename(file)} calls sys.exit({error.code!r}) when it is imported: "
            "put what runs it under if __name__ == '__main__'"
        ) from None
    except BaseException as error:
        raise CannotLoad(f"{_place_in(file, error)}: {message_of(error)}", _trace(error)) from None
    return module


def _place_in(file: str, error: BaseException) -> str:
    """The last line of the file that led to the error."""
    line = 0
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return f"{os.path.basename(file)}:{line}"


def _trace(error: BaseException) -> str:
    from .failures import trace_of

    return trace_of(error.with_traceback(without_ours(error.__traceback__)))


def find_flow(module: ModuleType, name: str) -> Flow[..., Any]:
    """The flow of that name, or the only one that the file itself defines. FlowError names those there are."""
    from .flows import Flow

    flows = {it.name: it for it in vars(module).values() if isinstance(it, Flow)}
    file = os.path.basename(module.__file__ or "")
    if name in flows:
        return flows[name]
    if not flows:
        raise FlowError(f"{file} has no flow: decorate a function with @flow")
    if name:
        from difflib import get_close_matches

        near = get_close_matches(name, flows, 1)
        hint = f"did you mean '{near[0]}'?" if near else f"it has {', '.join(flows)}"
        raise FlowError(f"{file} has no flow '{name}': {hint}")
    own = [it for it in flows.values() if it.function.__module__ == module.__name__]
    if len(own) == 1:
        return own[0]
    raise FlowError(f"{file} has several flows: name one of {', '.join(f'{file}:{it}' for it in flows)}")


def find_task(module: ModuleType, identity: str) -> Task[Any]:
    """The task that a process of its own is to run: by the path of names under which the file has it."""
    from .tasks import Task

    for value in vars(module).values():
        if isinstance(value, Task) and value.identity == identity:
            return value
    found: Any = module
    for name in identity.split("."):
        found = getattr(found, name, None)
    if isinstance(found, Task):
        return found
    raise FlowError(
        f"{os.path.basename(module.__file__ or '')} has no task '{identity}' at its top level, "
        "where runner='processes' needs it"
    )
