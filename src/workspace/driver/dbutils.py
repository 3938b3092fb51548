"""dbutils, as far as it goes here: widgets, fs, secrets, notebooks, values between tasks, and Python's restart."""

from __future__ import annotations

import sys
import types
from typing import Any, NoReturn

from .environment import Environment
from .files import Files
from .notebook_runs import NotebookRuns
from .redaction import Redactor
from .secret_values import Secrets
from .task import Task
from .task_values import Jobs
from .widgets import Widgets
from .workspace_client import WorkspaceClient

PARTS = "dbutils.widgets, fs, secrets, notebook (run, exit), jobs.taskValues and library.restartPython"


class NotebookExit(BaseException):
    """Ends a notebook with a value. Not an Exception, so that `except Exception` around the call lets it through."""

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value


class PythonRestart(BaseException):
    """Ends a cell; those below it begin with a namespace of their own."""


class Part:
    """One name below dbutils. What is not there is told with what is."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"dbutils.{self._name}.{name} is not part of the embedded workspace, which has {PARTS}")


class Notebook(Part):
    def __init__(self, runs: NotebookRuns | None) -> None:
        super().__init__("notebook")
        self._runs = runs

    def exit(self, value: Any = "") -> NoReturn:
        raise NotebookExit(str(value))

    def run(self, path: str, timeout_seconds: float = 0, arguments: dict[str, str] | None = None) -> str:
        """Runs another notebook with parameters of its own, and returns what it exits with. 0 seconds: no limit."""
        if self._runs is None:
            raise RuntimeError("dbutils.notebook.run is for notebooks, and this is a command on a cluster")
        return self._runs.run(path, timeout_seconds, arguments or {})


class Library(Part):
    def __init__(self, environment: Environment | None) -> None:
        super().__init__("library")
        self._environment = environment

    def restartPython(self) -> NoReturn:  # noqa: N802
        """The cells below find none of the names above, and packages that were installed since are imported anew. Spark
        and what was told it stay."""
        if self._environment is not None:
            self._environment.forget_modules()
        raise PythonRestart


class DBUtils:
    def __init__(
        self,
        task: Task,
        redactor: Redactor,
        environment: Environment | None = None,
        runs: NotebookRuns | None = None,
    ) -> None:
        self.widgets = Widgets(task.widgets)
        self.fs = Files(task.dbfs_root)
        self.secrets = Secrets(WorkspaceClient(task.workspace_home), redactor)
        self.notebook = Notebook(runs)
        self.library = Library(environment)
        self.jobs = Jobs(task)
        self.environment = environment

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"dbutils.{name} is not part of the embedded workspace, which has {PARTS}")


def offer_as_module(dbutils: DBUtils) -> None:
    """For code that gets it the other way: `from pyspark.dbutils import DBUtils; dbutils = DBUtils(spark)`."""
    module = types.ModuleType("pyspark.dbutils")
    module.__dict__["DBUtils"] = lambda spark=None: dbutils
    sys.modules["pyspark.dbutils"] = module
