"""Runs one task from its file to its result."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from . import maven
from .cells import run_notebook
from .cluster_link import ClusterGone, ClusterLink
from .dbutils import DBUtils, NotebookExit, offer_as_module
from .failure import Failure, describe
from .libraries import Libraries, use_environment
from .redaction import Redactor
from .script import run_script
from .session import Session
from .task import Result, Task, read_task, write_result


def run_file(task_file: Path) -> int:
    """Of a task, a cluster or an execution context. The exit code: 0 for a good end."""
    asked: dict[str, Any] = json.loads(task_file.read_text(encoding="utf-8"))
    if asked.get("kind") == "cluster":
        from .cluster import run_cluster

        return run_cluster(asked)
    if asked.get("kind") == "context":
        from .command_context import run_context

        return run_context(asked)
    return run_task(task_file)


def run_task(task_file: Path) -> int:
    """The exit code: 0 when the user's code came to its end, 1 when it failed. The result file is written either
    way, before the interpreter waits for threads the user left and runs their exit handlers."""
    task = read_task(task_file)
    redactor = Redactor()
    result = clean(run(task, task_file.parent, redactor), redactor)
    sys.stdout.flush()
    sys.stderr.flush()
    write_result(task.result_file, result)
    return 1 if result.error is not None or result.library_error is not None else 0


def run(task: Task, folder: Path, redactor: Redactor) -> Result:
    cluster: ClusterLink | None = None
    try:
        if task.attach_to is not None:
            cluster = ClusterLink(task.attach_to)
            told = cluster.ask(
                "/runs/enter",
                {"run": task.context.get("task_run_id", ""), "pid": os.getpid(), "libraries": task.libraries},
            )
            if told.get("library_error"):
                return Result(library_error=told["library_error"])
    except ClusterGone:
        return Result(start_again=True)
    libraries = Libraries(folder / "libraries", task.dbfs_root, task.workspace_root, lambda: session.spark)
    site_packages = cluster.site_packages if cluster else libraries.site_packages if task.libraries else None
    if site_packages is not None:
        use_environment(site_packages)
    maven.use_mirror_of_this_machine()
    session = Session(task, Path.cwd(), cluster, site_packages)
    atexit.register(session.stop)  # first registered, so last to run: handlers of the user's still have Spark
    if task.libraries and cluster is None and (failed := install(libraries, task.libraries)):
        return Result(library_error=failed)
    dbutils = DBUtils(task, redactor)
    offer_as_module(dbutils)
    result = outcome_of(task, session, dbutils)
    if cluster is not None:
        leave(cluster, task)
    return result


def leave(cluster: ClusterLink, task: Task) -> None:
    """Before the run counts as ended: whoever waits for it finds the tables it made."""
    with contextlib.suppress(ClusterGone):
        cluster.ask("/runs/ended", {"run": task.context.get("task_run_id", "")})


def install(libraries: Libraries, asked: list[dict[str, Any]]) -> str:
    """What went wrong, if anything did."""
    texts = [json.dumps(library, sort_keys=True) for library in asked]
    libraries.request(texts)
    return " ".join(libraries.wait(texts))


def outcome_of(task: Task, session: Session, dbutils: DBUtils) -> Result:
    sys.path[0] = str(task.file.parent)  # as Python does for a script: its neighbours can be imported
    try:
        if task.kind == "notebook":
            run_notebook(task, session, dbutils)
        else:
            run_script(task, session, dbutils)
        return Result()
    except NotebookExit as finished:
        return Result(notebook_result=finished.value) if task.kind == "notebook" else Result()
    except SystemExit as ended:
        if ended.code is None or ended.code == 0:
            return Result()
        return reported(describe(ended, task.shown_path))
    except BaseException as raised:  # whatever the user's code raises is its outcome, KeyboardInterrupt included
        return reported(describe(raised, task.shown_path))


def reported(failure: Failure) -> Result:
    print(failure.trace, file=sys.stderr)
    return Result(error=failure.error, error_trace=failure.trace)


def clean(result: Result, redactor: Redactor) -> Result:
    """Secrets stay out of what the workspace shows of a run."""

    def cleaned(text: str | None) -> str | None:
        return None if text is None else redactor.clean(text)

    return Result(
        notebook_result=cleaned(result.notebook_result),
        error=cleaned(result.error),
        error_trace=cleaned(result.error_trace),
        library_error=result.library_error,
        start_again=result.start_again,
    )
