"""dbutils, as far as it goes here: widgets, fs, secrets, jobs.taskValues and notebook.exit."""

from __future__ import annotations

import sys
import types
from typing import Any, NoReturn

from .files import Files
from .redaction import Redactor
from .secret_values import Secrets
from .task import Task
from .task_values import Jobs
from .widgets import Widgets
from .workspace_client import WorkspaceClient

PARTS = "dbutils.widgets, dbutils.fs, dbutils.secrets, dbutils.jobs.taskValues and dbutils.notebook.exit"


class NotebookExit(BaseException):
    """Ends a notebook with a value. Not an Exception, so that `except Exception` around the call lets it through."""

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value


class Notebook:
    def exit(self, value: Any = "") -> NoReturn:
        raise NotebookExit(str(value))

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"dbutils.notebook.{name} is not part of the embedded workspace, which has {PARTS}")


class DBUtils:
    def __init__(self, task: Task, redactor: Redactor) -> None:
        self.widgets = Widgets(task.widgets)
        self.fs = Files(task.dbfs_root)
        self.secrets = Secrets(WorkspaceClient(task.workspace_home), redactor)
        self.jobs = Jobs(task)
        self.notebook = Notebook()

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"dbutils.{name} is not part of the embedded workspace, which has {PARTS}")


def offer_as_module(dbutils: DBUtils) -> None:
    """For code that gets it the other way: `from pyspark.dbutils import DBUtils; dbutils = DBUtils(spark)`."""
    module = types.ModuleType("pyspark.dbutils")
    module.__dict__["DBUtils"] = lambda spark=None: dbutils
    sys.modules["pyspark.dbutils"] = module
