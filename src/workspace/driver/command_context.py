"""An execution context: one Python process on a cluster, whose names stay from command to command.

It reads commands from its standard input and writes that it has begun each, and what came of it, to the descriptor it
was started with, each one a line of JSON. What the commands print is part of their results. SIGINT ends the command
that has begun, and does nothing when there is none.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TextIO

from .attach import attach
from .cluster_link import ClusterLink
from .dbutils import DBUtils, NotebookExit
from .display import display, display_html, is_data_frame
from .failure import describe
from .redaction import Redactor
from .source import remember, unindented
from .sql import split_statements
from .statements import column_of, rows_as_text
from .task import Task, read_task

TABLE_ROWS_MAX = 1000


def run_context(asked: dict[str, Any]) -> int:
    """Until its standard input ends."""
    task = read_task_of(asked)
    assert task.attach_to is not None
    answers = os.fdopen(asked["answers_fd"], "w", encoding="utf-8")
    commands = sys.stdin
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 - for as long as the process lives
    context = Context(task)
    tell(answers, {"ready": True, "tags": context.tags})
    for line in commands:
        command = json.loads(line)
        identity = command["id"]
        begun = partial(tell, answers, {"id": identity, "begun": True})
        tell(answers, {"id": identity, "results": context.run(command["command"], command["language"], begun)})
    return 0


def read_task_of(asked: dict[str, Any]) -> Task:
    from pathlib import Path

    return read_task(Path(asked["task_file"]))


def tell(answers: TextIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


class Context:
    def __init__(self, task: Task) -> None:
        from pyspark.sql import SparkSession

        link = ClusterLink(task.attach_to)  # type: ignore[arg-type]
        self.tags = attach(link.gateway, task.context["task_run_id"], [str(path) for path in link.packages])
        self.spark: Any = SparkSession.builder.getOrCreate()
        self.redactor = Redactor()
        self.number = 0
        main = sys.modules["__main__"]
        self.namespace: dict[str, Any] = main.__dict__
        self.namespace.update(
            spark=self.spark,
            sc=self.spark.sparkContext,
            dbutils=DBUtils(task, self.redactor),
            display=display,
            displayHTML=display_html,
        )
        self.is_interruptible = False
        signal.signal(signal.SIGINT, self.interrupted)

    def interrupted(self, *_: object) -> None:
        if self.is_interruptible:
            self.is_interruptible = False  # once: what the command does to end in good order is its own affair
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def interruptible(self) -> Iterator[None]:
        try:
            self.is_interruptible = True
            yield
        finally:
            self.is_interruptible = False

    def run(self, command: str, language: str, begun: Callable[[], None]) -> dict[str, Any]:
        """What the API calls the results of a command. Calls `begun` when an interrupt would be for this one."""
        self.number += 1
        place = f"<command {self.number}>"
        printed = io.StringIO()
        try:
            with (
                contextlib.redirect_stdout(printed),
                contextlib.redirect_stderr(printed),
                self.interruptible(),
            ):
                begun()
                shown = self.run_sql(command) if language == "sql" else self.run_python(command, place)
            if isinstance(shown, dict):
                return shown
            return {"resultType": "text", "data": self.redactor.clean(printed.getvalue() + (shown or ""))}
        except NotebookExit as ended:  # how clients that call dbutils from afar get its answers
            return {"resultType": "text", "data": self.redactor.clean(ended.value)}
        except BaseException as raised:  # SystemExit and KeyboardInterrupt end the command, not the context
            failure = describe(raised, place)
            return {
                "resultType": "error",
                "summary": self.redactor.clean(failure.error),
                "cause": self.redactor.clean(printed.getvalue() + failure.trace),
            }

    def run_python(self, command: str, place: str) -> Any:
        command = unindented(command)
        remember(place, command.splitlines(keepends=True))
        tree = ast.parse(command, place)
        final = tree.body[-1] if tree.body else None
        last = final if isinstance(final, ast.Expr) else None
        if last is not None:
            tree.body.pop()
        exec(compile(tree, place, "exec"), self.namespace)
        if last is None:
            return None
        value = eval(compile(ast.Expression(last.value), place, "eval"), self.namespace)
        if is_data_frame(value):
            return repr(value)
        return None if value is None else repr(value)

    def run_sql(self, command: str) -> Any:
        frame = None
        for statement in split_statements(command):
            frame = self.spark.sql(statement.text)
        return None if frame is None or not frame.columns else table_of(frame)


def table_of(frame: Any) -> dict[str, Any]:
    rows = list(rows_as_text(frame.limit(TABLE_ROWS_MAX + 1)))
    columns = [column_of(position, one) for position, one in enumerate(frame.schema.fields)]
    return {
        "resultType": "table",
        "data": rows[:TABLE_ROWS_MAX],
        "schema": [{"name": column["name"], "type": json.dumps(column["type_text"].lower())} for column in columns],
        "truncated": len(rows) > TABLE_ROWS_MAX,
        "isJsonSchema": True,
    }
