"""Runs a notebook: its cells in order, Python cells in one namespace, until one fails or the notebook exits."""

from __future__ import annotations
import __future__

import ast
import functools
import re
import sys
import types
from typing import TYPE_CHECKING, Any

from . import source
from .dbutils import DBUtils
from .display import display, display_html, show_value
from .notebook import HEADER, Cell, NotebookError, parse
from .session import Session
from .sql import split_statements
from .task import Task

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

MAGICS = "%python, %sql and %md"
PARAMETER = re.compile(r"(?<![:\w]):([A-Za-z_]\w*)")


class UnsupportedMagic(Exception):
    """A cell in a language that is not run here."""


def run_notebook(task: Task, session: Session, dbutils: DBUtils) -> None:
    """Raises what the cell that fails raises."""
    text = source.read(task.file)
    if text.lstrip().startswith("{"):
        raise NotebookError(f"{task.shown_path} is not in source format, whose first line is '{HEADER}'")
    runner = Runner(task.shown_path, session, dbutils)
    for cell in parse(text):
        runner.run(cell)


class Runner:
    def __init__(self, shown_path: str, session: Session, dbutils: DBUtils) -> None:
        self.shown_path = shown_path
        self.session = session
        self.dbutils = dbutils
        self.flags = 0  # of `from __future__ import annotations`, which holds for the cells below as well
        main = types.ModuleType("__main__")
        sys.modules["__main__"] = main
        self.namespace: dict[str, Any] = main.__dict__
        self.namespace.update(
            __builtins__=__builtins__,
            dbutils=dbutils,
            display=display,
            displayHTML=display_html,
            getArgument=dbutils.widgets.getArgument,
        )

    def run(self, cell: Cell) -> None:
        if cell.magic == "python":
            self.run_python(cell)
        elif cell.magic == "sql":
            self.run_sql(cell)
        elif cell.magic not in ("md", "md-sandbox"):
            raise UnsupportedMagic(
                f"%{cell.magic} in cell {cell.number} (line {cell.first_line}) is not run by the embedded workspace, "
                f"which has {MAGICS}"
            )

    def run_python(self, cell: Cell) -> None:
        """Shows the value of a last line that is an expression, unless it is None."""
        place = self.remember(cell)
        tree = self.compile("\n" * (cell.first_line - 1) + cell.text, place, "exec", ast.PyCF_ONLY_AST)
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
        place = self.remember(cell)
        frame = None
        for statement in split_statements(cell.text):
            call = call_at(place, statement.line + cell.first_line, len(cell.lines[statement.line]))
            frame = eval(call, {"run": functools.partial(self.query, statement.text)})
        if frame is not None:
            self.namespace["_sqldf"] = frame
            if frame.columns:
                display(frame)

    def query(self, statement: str) -> DataFrame:
        widgets = self.dbutils.widgets.getAll()
        named = {name: widgets[name] for name in PARAMETER.findall(statement) if name in widgets}
        return self.session.spark.sql(statement, args=named) if named else self.session.spark.sql(statement)

    def remember(self, cell: Cell) -> str:
        """Keeps the lines of the cell for tracebacks and returns the file name of its frames."""
        place = f"{self.shown_path}, cell {cell.number}"
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
