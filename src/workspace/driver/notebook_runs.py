"""Runs of other notebooks that a notebook starts (dbutils.notebook.run): each in a Python process of its own, on the
Spark of the one that started it, in a session of its own. Several may run at a time."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import notebooks
from .task import Task, write_json

if TYPE_CHECKING:
    from .session import Session

MAIN = Path(__file__).with_name("main.py")


class WorkflowException(Exception):
    """The other notebook failed, or took too long. Databricks calls it so too."""


class NotebookRuns:
    """Thread-safe."""

    def __init__(self, task: Task, folder: Path, session: Session) -> None:
        self._task = task
        self._folder = folder / "notebooks"
        self._session = session
        self._numbers = itertools.count(1)

    def run(self, path: str, timeout_seconds: float, arguments: dict[str, str]) -> str:
        notebook = notebooks.find(path, self._task.shown_path, self._task.workspace_root)
        number = next(self._numbers)
        folder = self._folder / str(number)
        (folder / "work").mkdir(parents=True)
        task_file = folder / "task.json"
        write_json(task_file, self._task_of(notebook, folder, number, arguments))
        process = subprocess.Popen(
            [sys.executable, "-u", str(MAIN), str(task_file)], cwd=folder / "work", start_new_session=True
        )
        try:
            process.wait(timeout_seconds or None)
        except subprocess.TimeoutExpired:
            raise WorkflowException(f"{notebook.shown_path}: timed out after {timeout_seconds:g} seconds") from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # all of it: whoever stopped waiting wants none of it
            process.wait()
        return outcome_of(notebook.shown_path, process.returncode, folder / "result.json")

    def _task_of(
        self, notebook: notebooks.Notebook, folder: Path, number: int, arguments: dict[str, str]
    ) -> dict[str, Any]:
        task = self._task
        return {
            "kind": "notebook",
            "file": str(notebook.file),
            "shown_path": notebook.shown_path,
            "parameters": {str(name): str(value) for name, value in arguments.items()},
            "master": task.master,
            "app_name": task.app_name,
            "dbfs_root": str(task.dbfs_root),
            "workspace_root": str(task.workspace_root),
            "workspace_home": str(task.workspace_home),
            "context": {**task.context, "task_run_id": f"{task.context.get('task_run_id', '')}-{number}"},
            "attach_to": str(self._session.link_file(folder)),
            "task_folders": {key: str(folder) for key, folder in task.task_folders.items()},
            "result_file": str(folder / "result.json"),
        }


def outcome_of(shown_path: str, code: int, result_file: Path) -> str:
    try:
        result: dict[str, Any] = json.loads(result_file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WorkflowException(f"{shown_path}: its process ended with exit code {code}") from None
    if result.get("start_again"):
        raise WorkflowException(f"{shown_path}: the cluster is gone")
    for failed in ("error", "cluster_error"):
        if failed in result:
            raise WorkflowException(f"{shown_path}: FAILED: {result[failed]}")
    return str(result.get("notebook_result", ""))
