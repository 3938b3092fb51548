"""Keeps the catalog of Spark: the databases, tables and views that one run makes, later ones know, on whatever Spark.

Spark's own catalog without Hive lives in memory. Here each Spark of the workspace brings it in line with one file: what
changed in this Spark since the last time goes into the file, what changed in the file comes into this Spark. Entries
are Spark's own descriptions of tables, in Java's serialized form, so that nothing about a table is lost. Data is never
touched: it lies where the tables say.
"""

from __future__ import annotations

import base64
import fcntl
import json
import threading
from pathlib import Path
from typing import Any, NamedTuple

from .task import write_json


class Entry(NamedTuple):
    print: str  # what Spark says of it: two entries that say the same are the same
    blob: str


class Catalog:
    """One for each Spark. Thread-safe."""

    def __init__(self, home: Path) -> None:
        self._file = home / "catalog.json"
        self._lock_file = home / "catalog.lock"
        self._known: dict[str, Entry] = {}
        self._lock = threading.Lock()
        self.is_known = False  # by this Spark

    def synchronize(self, spark: Any) -> None:
        """Raises OSError when the file cannot be written; then the next time does it."""
        with self._lock, self._lock_file.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            kept = read_entries(self._file, spark.version)
            here = entries_of(spark)
            merged = merge(kept, self._known, here)
            if merged != kept:
                told = {key: list(entry) for key, entry in merged.items()}
                write_json(self._file, {"spark_version": spark.version, "entries": told})
            if merged != here:
                bring_in(spark, here, merged)
            self._known = merged
            self.is_known = True


def merge(kept: dict[str, Entry], known: dict[str, Entry], here: dict[str, Entry]) -> dict[str, Entry]:
    """`kept`, with what has come, changed or gone `here` since both were as in `known`."""
    merged = dict(kept)
    for key in known.keys() | here.keys():
        before, now = known.get(key), here.get(key)
        if (before and before.print) == (now and now.print):
            continue
        if now is None:
            merged.pop(key, None)
        else:
            merged[key] = now
    # What says the same is the same, in whichever form it was written first.
    return {key: kept[key] if key in kept and kept[key].print == one.print else one for key, one in merged.items()}


def read_entries(file: Path, spark_version: str) -> dict[str, Entry]:
    """None when another version of Spark wrote them: its serialized forms would not be understood."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    if told["spark_version"] != spark_version:
        return {}
    return {key: Entry(*entry) for key, entry in told["entries"].items()}


def external_catalog(spark: Any) -> Any:
    return spark._jsparkSession.sharedState().externalCatalog()


def listed(sequence: Any) -> list[Any]:
    return [sequence.apply(index) for index in range(sequence.size())]


def entries_of(spark: Any) -> dict[str, Entry]:
    catalog = external_catalog(spark)
    entries: dict[str, Entry] = {}
    for database in listed(catalog.listDatabases()):
        entries[f"database:{database}"] = entry_of(spark, catalog.getDatabase(database))
        for table in listed(catalog.listTables(database)):
            entries[f"table:{database}.{table}"] = entry_of(spark, catalog.getTable(database, table))
    return entries


def entry_of(spark: Any, described: Any) -> Entry:
    jvm = spark._jvm
    collected = jvm.java.io.ByteArrayOutputStream()
    stream = jvm.java.io.ObjectOutputStream(collected)
    stream.writeObject(described)
    stream.close()
    return Entry(described.toString(), base64.b64encode(collected.toByteArray()).decode())


def described_in(spark: Any, entry: Entry) -> Any:
    jvm = spark._jvm
    bytes_in = jvm.java.io.ByteArrayInputStream(base64.b64decode(entry.blob))
    return jvm.java.io.ObjectInputStream(bytes_in).readObject()


def bring_in(spark: Any, here: dict[str, Entry], wanted: dict[str, Entry]) -> None:
    """Databases before their tables, and what goes the other way round."""
    catalog = external_catalog(spark)
    for key in sorted(here.keys() - wanted.keys(), reverse=True):
        kind, _, name = key.partition(":")
        if kind == "table":
            forget_table(spark, catalog, *name.split(".", 1))
        elif name != "default":
            catalog.dropDatabase(name, True, False)
    for key in sorted(wanted):
        if key in here and here[key].print == wanted[key].print:
            continue
        described = described_in(spark, wanted[key])
        if key.startswith("database:"):
            (catalog.alterDatabase(described) if key in here else catalog.createDatabase(described, True))
        elif key in here:
            catalog.alterTable(described)
        else:
            catalog.createTable(described, True)
    spark._jsparkSession.sessionState().catalog().invalidateAllCachedTables()


def forget_table(spark: Any, catalog: Any, database: str, table: str) -> None:
    """Without its data, which dropping a table of Spark's own would delete, and which may be another's by now."""
    described = catalog.getTable(database, table)
    members = [getattr(described, f"copy$default${place + 1}")() for place in range(described.productArity())]
    external = spark._jvm.org.apache.spark.sql.catalyst.catalog.CatalogTableType.EXTERNAL()
    if described.tableType().name() == "MANAGED":
        members[1] = external
        catalog.alterTable(described.copy(*members))
    catalog.dropTable(database, table, True, False)
