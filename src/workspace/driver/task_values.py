"""dbutils.jobs.taskValues: what the tasks of one job run tell each other.

A task keeps its values in its run's folder, where the server finds them for {{tasks.KEY.values.NAME}}, and the tasks
after it do.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .task import Task, write_json

VALUE_BYTES_MAX = 48 * 1024
FILE_NAME = "values.json"


class TaskValues:
    def __init__(self, task: Task) -> None:
        self._own = task.result_file.with_name(FILE_NAME)
        self._folders = task.task_folders

    def set(self, key: str, value: Any) -> None:
        """Raises ValueError for what JSON cannot hold, and for what is longer than 48 KiB as JSON."""
        if not isinstance(key, str) or not key:
            raise ValueError("the key of a task value must be text, and not empty")
        try:
            text = json.dumps(value)
        except TypeError as error:
            raise ValueError(f"the task value '{key}' cannot be written as JSON: {error}") from error
        if len(text.encode()) > VALUE_BYTES_MAX:
            raise ValueError(
                f"the task value '{key}' is {len(text.encode())} bytes of JSON; {VALUE_BYTES_MAX} is the limit"
            )
        write_json(self._own, read_values(self._own) | {key: value})

    def get(self, taskKey: str, key: str, default: Any = None, debugValue: Any = None) -> Any:  # noqa: N803
        """The value that the task of that key has set, or else `default`. `debugValue` is for notebooks that no job
        runs, and so for no task. Raises ValueError when there is no value and no default."""
        folder = self._folders.get(taskKey)
        values = read_values(folder / FILE_NAME) if folder is not None else {}
        if key in values:
            return values[key]
        if default is not None:
            return default
        if folder is None:
            known = ", ".join(sorted(self._folders)) or "none"
            raise ValueError(f"the run has no task '{taskKey}'; its tasks: {known}")
        raise ValueError(f"the task '{taskKey}' has set no value '{key}'")


def read_values(file: Path) -> dict[str, Any]:
    try:
        values: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return values


class Jobs:
    def __init__(self, task: Task) -> None:
        self.taskValues = TaskValues(task)  # noqa: N815
