"""What the server asks of a driver: the task file, and the result file that answers it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .places import Places

NOTEBOOK_RESULT_BYTES_MAX = 5 * 1024 * 1024
KINDS = ("spark_python", "notebook", "python_wheel", "spark_jar", "spark_submit", "sql")


@dataclass(frozen=True)
class SqlSource:
    """What a SQL task runs, and where."""

    warehouse_id: str
    shown_path: str
    file: Path | None  # or else
    query_id: str  # of a query that the workspace keeps


@dataclass(frozen=True)
class Task:
    kind: str  # one of KINDS
    file: Path | None  # the user's code on this machine; None: it comes with a library
    shown_path: str  # how the user knows it: "dbfs:/jobs/report.py", "/Shared/ingest", the name of a package or class
    arguments: list[str]  # of a program
    widgets: dict[str, str]  # of a notebook
    master: str
    app_name: str
    spark_conf: dict[str, str]
    dbfs_root: Path
    result_file: Path
    workspace_root: Path = Path()
    entry_point: str = ""  # of a package
    sql: SqlSource | None = None
    context: dict[str, str] = field(default_factory=dict)
    libraries: list[dict[str, Any]] = field(default_factory=list)
    attach_to: Path | None = None  # what the driver of a running cluster wrote when it was ready
    task_folders: dict[str, Path] = field(default_factory=dict)  # of the tasks of the job run, by key
    workspace_home: Path = Path()  # where the workspace keeps its address and its token

    @property
    def places(self) -> Places:
        return Places(self.dbfs_root, self.workspace_root)

    @property
    def code_folders(self) -> list[str]:
        """Where the neighbours of the user's code are, which it may import."""
        return [str(self.file.parent)] if self.file else []


def read_task(path: Path) -> Task:
    """Raises ValueError or KeyError when the file is not a task: the server wrote it, so that is a bug and not a
    user's mistake."""
    asked: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    kind = asked["kind"]
    if kind not in KINDS:
        raise ValueError(f"task kind '{kind}' is none of {', '.join(KINDS)}")
    parameters: Any = asked.get("parameters") or []
    return Task(
        kind=kind,
        file=Path(asked["file"]) if asked.get("file") else None,
        shown_path=asked["shown_path"],
        arguments=[str(value) for value in parameters] if isinstance(parameters, list) else [],
        widgets={name: str(value) for name, value in parameters.items()} if isinstance(parameters, dict) else {},
        master=asked["master"],
        app_name=asked["app_name"],
        spark_conf={key: str(value) for key, value in (asked.get("spark_conf") or {}).items()},
        dbfs_root=Path(asked["dbfs_root"]),
        workspace_root=Path(asked.get("workspace_root") or ""),
        result_file=Path(asked["result_file"]),
        entry_point=asked.get("entry_point", ""),
        sql=read_sql(asked) if kind == "sql" else None,
        context={key: str(value) for key, value in (asked.get("context") or {}).items()},
        libraries=list(asked.get("libraries") or []),
        attach_to=Path(asked["attach_to"]) if asked.get("attach_to") else None,
        task_folders={key: Path(folder) for key, folder in (asked.get("task_folders") or {}).items()},
        workspace_home=Path(asked.get("workspace_home") or ""),
    )


def read_sql(asked: dict[str, Any]) -> SqlSource:
    return SqlSource(
        warehouse_id=asked["warehouse_id"],
        shown_path=asked["shown_path"],
        file=Path(asked["file"]) if asked.get("file") else None,
        query_id=asked.get("query_id", ""),
    )


@dataclass(frozen=True)
class Result:
    notebook_result: str | None = None  # what dbutils.notebook.exit was given
    error: str | None = None  # one line: "ValueError: boom"; absent on success
    error_trace: str | None = None
    sql_output: dict[str, Any] | None = None  # as runs/get-output has it
    library_error: str | None = None  # why a library could not be installed: nothing of the user's has run
    start_again: bool = False  # the cluster was gone before anything of the user's has run
    cluster_error: str | None = None  # why the cluster did not take the run: nothing of the user's has run


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
    if result.sql_output is not None:
        answer["sql_output"] = result.sql_output
    if result.library_error is not None:
        answer["library_error"] = result.library_error
    if result.cluster_error is not None:
        answer["cluster_error"] = result.cluster_error
    if result.start_again:
        answer["start_again"] = True
    write_json(path, answer)


def write_json(path: Path, value: Any) -> None:
    """Whole or not at all: readers see the old file or the new one. Only this user can read it."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(value, file)
    os.replace(unfinished, path)
