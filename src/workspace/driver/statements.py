"""Runs SQL statements for the workspace: each in a session of its own, its rows written as JSON in pieces."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .failure import message
from .task import write_json

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import DataType

CHUNK_ROWS_MAX = 10_000
CHUNK_BYTES_MAX = 4 * 1024 * 1024
RESULT_BYTES_MAX = 25 * 1024 * 1024
CANCEL_SECONDS = 0.5  # between one request to cancel and the next
SPARK_CATALOGS = ("spark_catalog", "hive_metastore")  # both names of the one there is

# What the REST API calls the types that Spark calls otherwise.
TYPE_NAMES = {"TINYINT": "BYTE", "SMALLINT": "SHORT", "BIGINT": "LONG", "VOID": "NULL", "TIMESTAMP_NTZ": "TIMESTAMP"}


class Canceled(Exception):
    """Somebody does not want the rest any more."""


@dataclass
class Execution:
    done: threading.Event = field(default_factory=threading.Event)
    canceled: bool = False
    tag: str = ""  # of what Spark does for it
    outcome: dict[str, Any] = field(default_factory=dict)


class Statements:
    """Thread-safe. An id that comes again is the same execution. `prepare` is called before each."""

    def __init__(self, spark: SparkSession, prepare: Callable[[], None]) -> None:
        self._spark = spark
        self._prepare = prepare
        self._lock = threading.Lock()
        self._executions: dict[str, Execution] = {}
        self._unwanted: set[str] = set()  # cancelled before they came

    def execute(self, request: dict[str, Any]) -> dict[str, Any]:
        """{"state", "error"} once it has ended; the rest is in the request's folder."""
        with self._lock:
            known = self._executions.get(request["id"])
            execution = known or self._executions.setdefault(request["id"], Execution())
            if known is None and request["id"] in self._unwanted:
                self._unwanted.remove(request["id"])
                execution.canceled = True
        if known is None:
            try:
                execution.outcome = self._run(request, execution)
            finally:
                execution.done.set()
                with self._lock:
                    self._executions.pop(request["id"], None)  # from now on its file tells
        execution.done.wait()
        return execution.outcome

    def cancel(self, statement: str) -> None:
        """One that has not come yet does nothing when it comes: its request may be waiting for a connection."""
        with self._lock:
            execution = self._executions.get(statement)
            if execution is None:
                self._unwanted.add(statement)
                return
            execution.canceled = True
        threading.Thread(target=self._cancel_jobs, args=(execution,), daemon=True).start()

    def _cancel_jobs(self, execution: Execution) -> None:
        """Until it has ended: Spark cancels the jobs there are, and the statement's next one may be about to begin."""
        while True:
            if execution.tag:
                self._spark.sparkContext.cancelJobsWithTag(execution.tag)
            if execution.done.wait(CANCEL_SECONDS):
                return

    def _run(self, request: dict[str, Any], execution: Execution) -> dict[str, Any]:
        folder = Path(request["folder"])
        told = read_outcome(folder)
        if told is not None:  # the server asks again for one that ended while it was away
            return {key: told[key] for key in ("state", "error") if key in told}
        try:
            stop_if_canceled(execution)
            self._prepare()
            with self._tagged(request["id"], execution):
                stop_if_canceled(execution)  # from here on its jobs are found by the tag
                frame = query(self._spark.newSession(), request)
                manifest = write_rows(frame, request, folder, execution)
            outcome: dict[str, Any] = {"state": "SUCCEEDED", "manifest": manifest}
        except Exception as error:  # whatever Spark says of it is the statement's outcome
            outcome = {"state": "CANCELED"} if execution.canceled else {"state": "FAILED", "error": error_of(error)}
        write_json(folder / "manifest.json", outcome)
        return {key: outcome[key] for key in ("state", "error") if key in outcome}

    @contextlib.contextmanager
    def _tagged(self, statement: str, execution: Execution) -> Iterator[None]:
        """What Spark does for this thread meanwhile is found by its tag."""
        context = self._spark.sparkContext
        tag = f"weir-statement-{statement}"
        context.addJobTag(tag)
        execution.tag = tag
        try:
            yield
        finally:
            context.removeJobTag(tag)


def stop_if_canceled(execution: Execution) -> None:
    if execution.canceled:
        raise Canceled


def read_outcome(folder: Path) -> dict[str, Any] | None:
    try:
        told: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return told


def error_of(error: Exception) -> dict[str, str]:
    said = message(str(error)).strip()
    return {"error_code": "BAD_REQUEST", "message": said or type(error).__name__}


def query(session: SparkSession, request: dict[str, Any]) -> DataFrame:
    catalog, schema = request.get("catalog"), request.get("schema")
    if catalog:
        session.catalog.setCurrentCatalog("spark_catalog" if catalog in SPARK_CATALOGS else catalog)
    if schema:
        session.catalog.setCurrentDatabase(schema)
    parameters = {one["name"]: typed(one.get("value"), one.get("type")) for one in request["parameters"]}
    statement = request["statement"].strip().rstrip(";")
    return session.sql(statement, args=parameters) if parameters else session.sql(statement)


def typed(value: str | None, kind: str | None) -> Any:
    """A parameter as Python has it; without a type it is text."""
    name = (kind or "STRING").upper().partition("(")[0]
    if value is None:
        return None
    if name in ("BYTE", "TINYINT", "SHORT", "SMALLINT", "INT", "INTEGER", "LONG", "BIGINT"):
        return int(value)
    if name in ("FLOAT", "DOUBLE", "REAL"):
        return float(value)
    if name in ("DECIMAL", "DEC", "NUMERIC"):
        return Decimal(value)
    if name == "BOOLEAN":
        return value.strip().lower() in ("true", "t", "1", "yes", "y")
    if name == "DATE":
        return date.fromisoformat(value)
    if name in ("TIMESTAMP", "TIMESTAMP_NTZ"):
        return datetime.fromisoformat(value)
    return value


def write_rows(frame: DataFrame, request: dict[str, Any], folder: Path, execution: Execution) -> dict[str, Any]:
    """Writes the chunks and returns the manifest that names them."""
    row_limit = request.get("row_limit") or 0
    byte_limit = min(request.get("byte_limit") or RESULT_BYTES_MAX, RESULT_BYTES_MAX)
    columns = [column_of(position, one) for position, one in enumerate(frame.schema.fields)]
    chunks: list[dict[str, Any]] = []
    rows: list[str] = []
    total, size, chunk_size, truncated = 0, 0, 0, False

    def flush() -> None:
        nonlocal rows, chunk_size
        (folder / f"{len(chunks)}.json").write_text("[" + ",".join(rows) + "]", encoding="utf-8")
        chunks.append({"chunk_index": len(chunks), "row_offset": total - len(rows), "row_count": len(rows)})
        rows, chunk_size = [], 0

    for row in rows_as_text(frame):
        stop_if_canceled(execution)
        text = json.dumps(row, ensure_ascii=False)
        if (row_limit and total == row_limit) or size + len(text) > byte_limit:
            truncated = True
            break
        rows.append(text)
        total, size, chunk_size = total + 1, size + len(text), chunk_size + len(text)
        if len(rows) == CHUNK_ROWS_MAX or chunk_size > CHUNK_BYTES_MAX:
            flush()
    if rows or (columns and not chunks):
        flush()
    return {
        "format": "JSON_ARRAY",
        "schema": {"column_count": len(columns), "columns": columns},
        "total_row_count": total,
        "total_chunk_count": len(chunks),
        "chunks": chunks,
        "truncated": truncated,
    }


def rows_as_text(frame: DataFrame) -> Iterator[list[str | None]]:
    """Every value as text, or None for SQL's NULL."""
    if not frame.columns:
        return
    fields = frame.schema.fields
    places = [f"c{position}" for position in range(len(fields))]  # names may come twice
    shown = frame.toDF(*places).selectExpr(
        *(expression(place, one.dataType) for place, one in zip(places, fields, strict=True))
    )
    for row in shown.toLocalIterator(prefetchPartitions=False):
        yield list(row)


def expression(place: str, kind: DataType) -> str:
    name = kind.typeName()
    if name in ("array", "map", "struct"):
        return f"to_json({place})"
    if name == "binary":
        return f"base64({place})"
    if name == "timestamp":
        return f"date_format({place}, \"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\")"
    return f"string({place})"


def column_of(position: int, one: Any) -> dict[str, Any]:
    text = one.dataType.simpleString().upper()
    name = text.partition("(")[0].partition("<")[0]
    column = {"name": one.name, "position": position, "type_text": text, "type_name": TYPE_NAMES.get(name, name)}
    if name == "DECIMAL":
        column |= {"type_precision": one.dataType.precision, "type_scale": one.dataType.scale}
    return column
