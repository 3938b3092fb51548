"""Functions that are told how tasks and runs end: `on_failure=` and its like. They are called after the state is
durable, one at a time and in order, on a thread of their own; at most once: a process that dies takes along what it has
not told."""

from __future__ import annotations

from _queue import SimpleQueue
from _thread import allocate_lock

from .waiting import wait_at
from .wire import start_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .conversation import Conversation
    from .flows import Flow
    from .wire import Message

_WORD_OF = {
    "succeeded": "on_success",
    "failed": "on_failure",
    "upstream_failed": "on_failure",
    "cancelled": "on_cancel",
    "retrying": "on_retry",
}
_ENDS = ("succeeded", "failed", "upstream_failed", "skipped", "cancelled")


class StateChange:
    """What a hook is told: the run, the task (its key; empty when it is about the run), the state and why."""

    __slots__ = ("flow", "run_id", "run_name", "state", "task", "why")

    def __init__(self, run_id: str, run_name: str, flow: str, task: str, state: str, why: str) -> None:
        self.run_id = run_id
        self.run_name = run_name
        self.flow = flow
        self.task = task
        self.state = state
        self.why = why

    def __repr__(self) -> str:
        return f"<weir.StateChange {self.flow} {self.task or 'run'}: {self.state}>"


class Hooks:
    def __init__(self, flow: Flow[..., Any], conversation: Conversation) -> None:
        self._flow = flow
        self._conversation = conversation
        self._changes: SimpleQueue[Message | None] = SimpleQueue()
        self._done = allocate_lock()
        self._done.acquire()
        conversation.on_changed = self._changes.put
        start_thread(self._work)

    def finish(self) -> None:
        """Returns when everything has been told."""
        self._changes.put(None)
        wait_at(self._done)

    def _work(self) -> None:
        while (message := self._changes.get()) is not None:
            self._tell(message)
        self._done.release()

    def _tell(self, message: Message) -> None:
        body = self._conversation.body
        assert body is not None
        key: str = message.get("task", "")
        state: str = message["state"]
        hooks: dict[str, Any] = self._flow.hooks
        if key:
            node = body.nodes.get(key.partition("[")[0])
            hooks = node.hooks if node else {}
        change = StateChange(body.run.id, body.run.name, body.run.flow, key, state, message.get("why", ""))
        for word in (_WORD_OF.get(state), "on_end" if state in _ENDS else None):
            hook = hooks.get(word) if word else None
            if hook is not None:
                self._call(hook, change)

    def _call(self, hook: Any, change: StateChange) -> None:
        from .failures import trace_of

        try:
            hook(change)
        except Exception as error:
            import sys

            print(f"weir: a hook of '{change.task or change.flow}' failed:\n{trace_of(error)}", file=sys.stderr)
