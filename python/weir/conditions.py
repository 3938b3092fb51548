"""Conditions of tasks: `when=`."""

from __future__ import annotations

from .errors import FlowError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .futures import Future

_RELATIONS = ("equals", "not_equals", "in_", "not_in", "less_than", "greater_than")


class If:
    """A future's result in relation to a constant, for `when=`: the task is skipped unless it holds.

        publish(rows, when=weir.If(count, greater_than=1000))

    The relations are equals, not_equals, in_, not_in, less_than and greater_than. A future alone (`when=count`) asks
    whether its result is neither None, False, 0 nor empty.
    """

    def __init__(self, future: Future[Any], **relation: Any) -> None:
        if len(relation) != 1 or next(iter(relation)) not in _RELATIONS:
            raise FlowError(f"weir.If takes a future and one of {', '.join(_RELATIONS)}, not {sorted(relation)}")
        self.future = future
        ((name, self.operand),) = relation.items()
        self.relation = name.rstrip("_")
