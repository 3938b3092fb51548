"""Runs one task from its file to its result."""

from __future__ import annotations

import atexit
import sys
from pathlib import Path

from .cells import run_notebook
from .dbutils import DBUtils, NotebookExit, offer_as_module
from .failure import Failure, describe
from .script import run_script
from .session import Session
from .task import Result, Task, read_task, write_result


def run_task(task_file: Path) -> int:
    """The exit code: 0 when the user's code came to its end, 1 when it failed. The result file is written either
    way, before the interpreter waits for threads the user left and runs their exit handlers."""
    task = read_task(task_file)
    session = Session(task, Path.cwd())
    atexit.register(session.stop)  # first registered, so last to run: handlers of the user's still have Spark
    dbutils = DBUtils(task)
    offer_as_module(dbutils)
    result = outcome_of(task, session, dbutils)
    sys.stdout.flush()
    sys.stderr.flush()
    write_result(task.result_file, result)
    return 1 if result.error is not None else 0


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
