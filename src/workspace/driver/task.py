"""What the server asks of a driver: the task file, and the result file that answers it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NOTEBOOK_RESULT_BYTES_MAX = 5 * 1024 * 1024


@dataclass(frozen=True)
class Task:
    kind: str  # "spark_python" or "notebook"
    file: Path  # the user's code on this machine
    shown_path: str  # how the user knows it: "dbfs:/jobs/report.py", "/Shared/ingest"
    arguments: list[str]  # of a script
    widgets: dict[str, str]  # of a notebook
    master: str
    app_name: str
    spark_conf: dict[str, str]
    dbfs_root: Path
    result_file: Path
    context: dict[str, str] = field(default_factory=dict)


def read_task(path: Path) -> Task:
    """Raises ValueError or KeyError when the file is not a task: the server wrote it, so that is a bug and not a
    user's mistake."""
    asked: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    kind = asked["kind"]
    if kind not in ("spark_python", "notebook"):
        raise ValueError(f"task kind '{kind}' is neither spark_python nor notebook")
    parameters: Any = asked.get("parameters") or ([] if kind == "spark_python" else {})
    return Task(
        kind=kind,
        file=Path(asked["file"]),
        shown_path=asked["shown_path"],
        arguments=[str(value) for value in parameters] if kind == "spark_python" else [],
        widgets={name: str(value) for name, value in parameters.items()} if kind == "notebook" else {},
        master=asked["master"],
        app_name=asked["app_name"],
        spark_conf={key: str(value) for key, value in (asked.get("spark_conf") or {}).items()},
        dbfs_root=Path(asked["dbfs_root"]),
        result_file=Path(asked["result_file"]),
        context={key: str(value) for key, value in (asked.get("context") or {}).items()},
    )


@dataclass(frozen=True)
class Result:
    notebook_result: str | None = None  # what dbutils.notebook.exit was given
    error: str | None = None  # one line: "ValueError: boom"; absent on success
    error_trace: str | None = None


def write_result(path: Path, result: Result) -> None:
    """Whole or not at all: readers see the file only once it is complete."""
    answer: dict[str, Any] = {}
    if result.notebook_result is not None:
        encoded = result.notebook_result.encode("utf-8", errors="replace")
        answer["notebook_result"] = encoded[:NOTEBOOK_RESULT_BYTES_MAX].decode("utf-8", errors="ignore")
        answer["truncated"] = len(encoded) > NOTEBOOK_RESULT_BYTES_MAX
    if result.error is not None:
        answer["error"] = result.error
        answer["error_trace"] = result.error_trace or result.error
    unfinished = path.with_name(path.name + ".tmp")
    unfinished.write_text(json.dumps(answer), encoding="utf-8")
    os.replace(unfinished, path)
