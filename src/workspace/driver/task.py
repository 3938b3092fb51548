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
    workspace_root: Path = Path()
    context: dict[str, str] = field(default_factory=dict)
    libraries: list[dict[str, Any]] = field(default_factory=list)
    attach_to: Path | None = None  # what the driver of a running cluster wrote when it was ready
    task_folders: dict[str, Path] = field(default_factory=dict)  # of the tasks of the job run, by key
    workspace_home: Path = Path()  # where the workspace keeps its address and its token


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
        workspace_root=Path(asked.get("workspace_root") or ""),
        result_file=Path(asked["result_file"]),
        context={key: str(value) for key, value in (asked.get("context") or {}).items()},
        libraries=list(asked.get("libraries") or []),
        attach_to=Path(asked["attach_to"]) if asked.get("attach_to") else None,
        task_folders={key: Path(folder) for key, folder in (asked.get("task_folders") or {}).items()},
        workspace_home=Path(asked.get("workspace_home") or ""),
    )


@dataclass(frozen=True)
class Result:
    notebook_result: str | None = None  # what dbutils.notebook.exit was given
    error: str | None = None  # one line: "ValueError: boom"; absent on success
    error_trace: str | None = None
    library_error: str | None = None  # why a library could not be installed: nothing of the user's has run
    start_again: bool = False  # the cluster was gone before anything of the user's has run


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
    if result.library_error is not None:
        answer["library_error"] = result.library_error
    if result.start_again:
        answer["start_again"] = True
    write_json(path, answer)


def write_json(path: Path, value: Any) -> None:
    """Whole or not at all: readers see the old file or the new one. Only this user can read it."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(value, file)
    os.replace(unfinished, path)
