"""Runs the statements of a SQL task on its warehouse, one after the other, through the workspace's own REST API.

A statement has an id that follows from the task run and its place: one that is asked for again, because the server was
away when it answered, is the same statement.
"""

from __future__ import annotations

import contextlib
import re
import signal
import sys
import time
import uuid
from typing import Any, NoReturn

from .display import DISPLAYED_ROWS_MAX, table
from .failure import Failure, ProgramFailed
from .redaction import Redactor
from .sql import PARAMETER, Statement, split_statements
from .task import Result, SqlSource, Task
from .workspace_client import WorkspaceClient, WorkspaceError

SERVER_AWAY_SECONDS_MAX = 3600
LOOK_SECONDS_FIRST = 0.05
LOOK_SECONDS_MAX = 1.0
NAMESPACE = uuid.UUID("6e0b5ac2-6f0e-4d0c-9c2e-8a5f3d1b7c11")
MUSTACHE = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")  # how queries name their parameters in the older way


def run_sql(task: Task, redactor: Redactor) -> Result:
    assert task.sql is not None
    signal.signal(signal.SIGTERM, leave)
    statements = Statements(task, task.sql, WorkspaceClient(task.workspace_home, SERVER_AWAY_SECONDS_MAX))
    failure = None
    try:
        statements.run()
    except ProgramFailed as failed:
        failure = failed.failure
    except (WorkspaceError, OSError, UnicodeDecodeError) as error:
        failure = Failure(str(error), str(error))
    finally:
        statements.cancel()
    if failure is None:
        return Result(sql_output=statements.output())
    print(failure.trace, file=sys.stderr)
    return Result(error=failure.error, error_trace=failure.trace, sql_output=statements.output())


def leave(*_: object) -> NoReturn:
    """The run is cancelled, or has taken too long: its statement is not to go on."""
    raise SystemExit(1)


class Statements:
    def __init__(self, task: Task, source: SqlSource, workspace: WorkspaceClient) -> None:
        self._task = task
        self._source = source
        self._workspace = workspace
        self._text = ""
        self._values = task.widgets
        self._names: dict[str, str] = {}  # of the catalog and the schema in which tables are looked for
        self._begun: list[str] = []
        self._running = ""

    def run(self) -> None:
        if self._source.file is not None:
            text = self._source.file.read_text(encoding="utf-8")
        else:
            query = self._workspace.get(f"2.0/sql/queries/{self._source.query_id}")
            if query.get("lifecycle_state") == "TRASHED":
                raise WorkspaceError(f"The query '{query['display_name']}' is in the trash.")
            text = query["query_text"]
            self._values = {**defaults_of(query), **self._values}
            self._names = {name: query[name] for name in ("catalog", "schema") if query.get(name)}
        self._text = with_values(text, self._values)
        for number, statement in enumerate(split_statements(self._text), start=1):
            answer = self._ended(self._begin(number, statement))
            if answer["status"]["state"] != "SUCCEEDED":
                raise ProgramFailed(self._failure(statement, answer))
            self._show(answer)

    def cancel(self) -> None:
        """What still runs, if anything does."""
        if self._running:
            with contextlib.suppress(WorkspaceError):
                self._workspace.post(f"2.0/sql/statements/{self._running}/cancel", {})

    def output(self) -> dict[str, Any]:
        """As runs/get-output has it."""
        keys = [{"lookup_key": one} for one in self._begun]
        shown = {"query_text": self._text, "warehouse_id": self._source.warehouse_id, "sql_statements": keys}
        if self._begun:
            shown["output_link"] = f"{self._task.context['workspace_url']}/api/2.0/sql/statements/{self._begun[-1]}"
        return {"query_output": shown}

    def _begin(self, number: int, statement: Statement) -> str:
        run = f"{self._task.context['org_id']}/{self._task.context['task_run_id']}/{number}"
        identity = str(uuid.uuid5(NAMESPACE, run))
        named = sorted({name for name in PARAMETER.findall(statement.text) if name in self._values})
        body = {
            "statement_id": identity,
            "statement": statement.text,
            "warehouse_id": self._source.warehouse_id,
            "parameters": [{"name": name, "value": self._values[name]} for name in named],
            "wait_timeout": "0s",
            **self._names,
        }
        self._running = identity
        try:
            self._workspace.post("2.0/sql/statements", body)
        except WorkspaceError:
            self._running = ""
            raise
        self._begun.append(identity)
        return identity

    def _ended(self, identity: str) -> dict[str, Any]:
        pause = LOOK_SECONDS_FIRST
        while True:
            answer = self._workspace.get(f"2.0/sql/statements/{identity}")
            if answer["status"]["state"] not in ("PENDING", "RUNNING"):
                self._running = ""
                return answer
            time.sleep(pause)
            pause = min(2 * pause, LOOK_SECONDS_MAX)

    def _failure(self, statement: Statement, answer: dict[str, Any]) -> Failure:
        status = answer["status"]
        said = status.get("error", {}).get("message") or f"The statement was {status['state'].lower()}."
        place = f"{self._source.shown_path}, line {statement.line + 1}"
        return Failure(error=said.partition("\n")[0], trace=f"{place}:\n{statement.text}\n{said}")

    def _show(self, answer: dict[str, Any]) -> None:
        """The first rows, for the log of the run."""
        columns = [one["name"] for one in answer.get("manifest", {}).get("schema", {}).get("columns", [])]
        if columns:
            rows = answer.get("result", {}).get("data_array", [])
            print(table(columns, rows[:DISPLAYED_ROWS_MAX]), flush=True)


def defaults_of(query: dict[str, Any]) -> dict[str, str]:
    """What a query has its parameters be when nobody says otherwise."""
    values: dict[str, str] = {}
    for one in query.get("parameters") or []:
        for kind, member in (("text_value", "value"), ("numeric_value", "value"), ("date_value", "date_value")):
            if member in (one.get(kind) or {}):
                values[one["name"]] = str(one[kind][member])
        chosen = (one.get("enum_value") or {}).get("values")
        if chosen:
            values[one["name"]] = ",".join(chosen)
    return values


def with_values(text: str, values: dict[str, str]) -> str:
    """{{ name }} stands for the value's own text; :name is for the warehouse to bind."""
    return MUSTACHE.sub(lambda found: values.get(found[1], found[0]), text)
