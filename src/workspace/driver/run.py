"""Runs one task from its file to its result."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import maven
from .cluster_link import ClusterGone, ClusterLink, ClusterRefused
from .dbutils import DBUtils, NotebookExit, offer_as_module
from .environment import Environment, use_packages
from .failure import Failure, ProgramFailed, describe, is_lost_connection
from .libraries import Libraries
from .notebook_runs import NotebookRuns
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
    result = clean(result_of(task, task_file.parent, redactor), redactor)
    sys.stdout.flush()
    sys.stderr.flush()
    write_result(task.result_file, result)
    is_failed = any(one is not None for one in (result.error, result.library_error, result.cluster_error))
    return 1 if is_failed else 0


def result_of(task: Task, folder: Path, redactor: Redactor) -> Result:
    if task.sql is not None:  # whose Spark is the warehouse's
        from .sql_task import run_sql

        return run_sql(task, redactor)
    return run(task, folder, redactor)


def run(task: Task, folder: Path, redactor: Redactor) -> Result:
    try:
        return run_where_it_belongs(task, folder, redactor)
    except ClusterGone:
        return Result(start_again=True)
    except ClusterRefused as refused:
        return Result(cluster_error=f"The cluster could not take the run: {refused}")


def run_where_it_belongs(task: Task, folder: Path, redactor: Redactor) -> Result:
    """Raises ClusterGone and ClusterRefused, both before anything of the user's has run."""
    cluster = ClusterLink(task.attach_to) if task.attach_to is not None else None
    if cluster is not None and (failed := enter(cluster, task)):
        return Result(library_error=failed)
    maven.use_mirror_of_this_machine()
    below = cluster.packages if cluster is not None else []
    environment = Environment(folder / "libraries", below)
    packages = packages_of(task, environment, below)
    for site_packages in reversed(packages):
        use_packages(site_packages)
    session = Session(task, Path.cwd(), cluster, packages)
    libraries = Libraries(environment, task.places, lambda: session.spark)
    atexit.register(session.stop)  # first registered, so last to run: handlers of the user's still have Spark
    if task.libraries and cluster is None and (failed := install(libraries, task.libraries)):
        return Result(library_error=failed)
    dbutils = DBUtils(task, redactor, environment, NotebookRuns(task, folder, session))
    offer_as_module(dbutils)
    result = outcome_of(task, session, dbutils)
    if cluster is not None:
        leave(cluster, task)
    return result


def packages_of(task: Task, own: Environment, below: list[Path]) -> list[Path]:
    """Where the run imports from, the first first. A notebook may install into its own environment at any time."""
    has_own = task.kind == "notebook" or (task.libraries and not below)
    return [own.site_packages, *below] if has_own else below


def enter(cluster: ClusterLink, task: Task) -> str | None:
    """What went wrong with a library of the run's, if anything did."""
    told = cluster.ask(
        "/runs/enter",
        {"run": task.context.get("task_run_id", ""), "pid": os.getpid(), "libraries": task.libraries},
    )
    return told.get("library_error")


def leave(cluster: ClusterLink, task: Task) -> None:
    """Before the run counts as ended: whoever waits for it finds the tables it made. What the run did is done, whatever
    the cluster says."""
    with contextlib.suppress(ClusterGone):
        try:
            cluster.ask("/runs/ended", {"run": task.context.get("task_run_id", "")})
        except ClusterRefused as refused:
            print(f"The cluster could not conclude the run: {refused}", file=sys.stderr)


def install(libraries: Libraries, asked: list[dict[str, Any]]) -> str:
    """What went wrong, if anything did."""
    texts = [json.dumps(library, sort_keys=True) for library in asked]
    libraries.request(texts)
    return " ".join(libraries.wait(texts))


def outcome_of(task: Task, session: Session, dbutils: DBUtils) -> Result:
    sys.path[:1] = task.code_folders  # as Python does for a script: its neighbours can be imported
    try:
        program_of(task.kind)(task, session, dbutils)
        return Result()
    except ProgramFailed as failed:
        if not failed.is_told:
            print(failed.failure.trace, file=sys.stderr)
        return Result(error=failed.failure.error, error_trace=failed.failure.trace)
    except NotebookExit as finished:
        return Result(notebook_result=finished.value) if task.kind == "notebook" else Result()
    except SystemExit as ended:
        if ended.code is None or ended.code == 0:
            return Result()
        return reported(describe(ended, task.shown_path))
    except BaseException as raised:  # whatever the user's code raises is its outcome, KeyboardInterrupt included
        failure = describe(raised, task.shown_path)
        if is_lost_connection(raised) and (how := session.how_java_ended()):
            failure = Failure(how, f"{failure.trace}\n{how}")
        return reported(failure)


def program_of(kind: str) -> Callable[[Task, Session, DBUtils], None]:
    """What runs the user's code; it raises what that code raises. Imported only when it is needed: a run is to begin
    soon."""
    if kind == "notebook":
        from .cells import run_notebook

        return run_notebook
    if kind == "python_wheel":
        from .wheel import run_wheel

        return run_wheel
    if kind == "spark_jar":
        from .jar import run_jar

        return run_jar
    if kind == "spark_submit":
        from .submit import run_submit

        return run_submit
    return run_script


def reported(failure: Failure) -> Result:
    print(failure.trace, file=sys.stderr)
    return Result(error=failure.error, error_trace=failure.trace)


def clean(result: Result, redactor: Redactor) -> Result:
    """Secrets stay out of what the workspace shows of a run."""

    def cleaned(text: str | None) -> str | None:
        return None if text is None else redactor.clean(text)

    return replace(
        result,
        notebook_result=cleaned(result.notebook_result),
        error=cleaned(result.error),
        error_trace=cleaned(result.error_trace),
    )
