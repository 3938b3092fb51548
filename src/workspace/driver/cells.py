"""Runs a notebook: its cells in order, Python cells in one namespace, until one fails or the notebook exits."""

from __future__ import annotations
import __future__

import ast
import functools
import sys
import types
from typing import TYPE_CHECKING, Any

from . import notebooks, source
from .dbutils import DBUtils, PythonRestart
from .display import display, display_html, show_value
from .magics import Magics, is_line_magic
from .notebook import Cell, NotebookError
from .notebooks import Notebook
from .session import Session
from .sql import PARAMETER, split_statements
from .task import Task

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

MAGICS = "%python, %sql, %md, %sh, %fs, %pip and %run"
RUN_DEPTH_MAX = 50  # notebooks that run one another with %run


class UnsupportedMagic(Exception):
    """A cell in a language that is not run here."""


def run_notebook(task: Task, session: Session, dbutils: DBUtils) -> None:
    """Raises what the cell that fails raises."""
    assert task.file is not None
    Runner(task, session, dbutils).run(Notebook(task.file, task.shown_path))


class Runner:
    def __init__(self, task: Task, session: Session, dbutils: DBUtils) -> None:
        self.session = session
        self.dbutils = dbutils
        self.workspace_root = task.workspace_root
        self.magics = Magics(dbutils)
        self.running: list[Notebook] = []
        self.begin_namespace()

    def begin_namespace(self) -> None:
        main = types.ModuleType("__main__")
        sys.modules["__main__"] = main
        self.flags = 0  # of `from __future__ import annotations`, which holds for the cells below as well
        self.namespace: dict[str, Any] = main.__dict__
        self.namespace.update(
            __builtins__=__builtins__,
            dbutils=self.dbutils,
            display=display,
            displayHTML=display_html,
            getArgument=self.dbutils.widgets.getArgument,
        )

    def run(self, notebook: Notebook) -> None:
        if len(self.running) == RUN_DEPTH_MAX:
            raise NotebookError(f"{notebook.shown_path}: notebooks run one another {RUN_DEPTH_MAX} deep with %run")
        self.running.append(notebook)
        for cell in notebook.cells():
            try:
                self.run_cell(cell)
            except PythonRestart:
                self.begin_namespace()
        self.running.pop()

    def run_cell(self, cell: Cell) -> None:
        if cell.magic == "python":
            self.run_python(cell)
        elif cell.magic == "sql":
            self.run_sql(cell)
        elif cell.magic == "run":
            self.run_other(cell)
        elif self.magics.knows(cell.magic):
            self.at(cell, cell.first_line, 0, functools.partial(self.magics.run, cell.magic, cell.text))
        elif cell.magic not in ("md", "md-sandbox"):
            raise UnsupportedMagic(
                f"%{cell.magic} in cell {cell.number} (line {cell.first_line}) is not run by the embedded workspace, "
                f"which has {MAGICS}"
            )

    def run_python(self, cell: Cell) -> None:
        """Shows the value of a last line that is an expression, unless it is None."""
        place = self.remember(cell)
        lines = list(cell.lines)
        for index, line in enumerate(lines):
            if not is_line_magic(line):
                if line.strip():
                    break
                continue
            self.at(cell, cell.first_line + index, len(line), functools.partial(self.magics.run_line, line))
            lines[index] = ""
        tree = self.compile("\n" * (cell.first_line - 1) + "\n".join(lines), place, "exec", ast.PyCF_ONLY_AST)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        code = self.compile(tree, place, "exec")
        self.flags |= code.co_flags & __future__.annotations.compiler_flag
        self.session.provide_names(code, self.namespace)
        exec(code, self.namespace)
        if last is not None:
            code = self.compile(ast.Expression(last.value), place, "eval")
            self.session.provide_names(code, self.namespace)
            show_value(eval(code, self.namespace))

    def compile(self, code: Any, place: str, mode: str, flags: int = 0) -> Any:
        return compile(code, place, mode, flags=self.flags | flags, dont_inherit=True)

    def run_sql(self, cell: Cell) -> None:
        """Shows the rows of the last statement and keeps them as `_sqldf`. `:name` stands for a widget's value."""
        frame = None
        for statement in split_statements(cell.text):
            run = functools.partial(self.query, statement.text)
            frame = self.at(cell, statement.line + cell.first_line, len(cell.lines[statement.line]), run)
        if frame is not None:
            self.namespace["_sqldf"] = frame
            if frame.columns:
                display(frame)

    def query(self, statement: str) -> DataFrame:
        widgets = self.dbutils.widgets.getAll()
        named = {name: widgets[name] for name in PARAMETER.findall(statement) if name in widgets}
        return self.session.spark.sql(statement, args=named) if named else self.session.spark.sql(statement)

    def run_other(self, cell: Cell) -> None:
        """Its cells, in this notebook's namespace; `$name=value` behind its path are widgets for that long."""
        path, arguments = self.magics.read_run(cell.text)
        other = notebooks.find(path, self.running[-1].shown_path, self.workspace_root)
        with self.dbutils.widgets.over(arguments):
            self.at(cell, cell.first_line, 0, functools.partial(self.run, other))

    def at(self, cell: Cell, line: int, width: int, work: Any) -> Any:
        """What `work` gives. Tracebacks show that line of the cell for it, as they do for Python."""
        return eval(call_at(self.remember(cell), line, width), {"run": work})

    def remember(self, cell: Cell) -> str:
        """Keeps the lines of the cell for tracebacks and returns the file name of its frames."""
        place = f"{self.running[-1].shown_path}, cell {cell.number}"
        source.remember(place, [line + "\n" for line in [""] * (cell.first_line - 1) + cell.lines])
        return place


def call_at(place: str, line: int, width: int) -> types.CodeType:
    """Code that calls `run` and whose frame shows the given line: tracebacks quote SQL as they do Python."""
    tree = ast.parse("run()", mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            node.lineno = node.end_lineno = line
            node.col_offset, node.end_col_offset = 0, width
    return compile(tree, place, "eval", dont_inherit=True)
