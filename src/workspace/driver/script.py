"""Runs a Python file as `__main__`, as `python file.py` would, with Databricks' names already there."""

from __future__ import annotations

import sys
import types

from . import source
from .dbutils import DBUtils
from .session import Session
from .task import Task


def run_script(task: Task, session: Session, dbutils: DBUtils) -> None:
    """Raises what the script raises."""
    assert task.file is not None
    main = types.ModuleType("__main__")
    main.__dict__.update(__file__=str(task.file), __builtins__=__builtins__, dbutils=dbutils)
    sys.modules["__main__"] = main
    sys.argv = [task.shown_path, *task.arguments]
    text = source.read(task.file)
    source.remember(task.shown_path, text.splitlines(keepends=True))
    code = compile(text, task.shown_path, "exec", dont_inherit=True)
    session.provide_names(code, main.__dict__)
    exec(code, main.__dict__)
