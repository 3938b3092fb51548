"""Keeps the catalog of Spark: the databases, tables and views that one run makes, later ones know, on whatever Spark.

Spark's own catalog without Hive lives in memory. Here each Spark of the workspace brings it in line with one file: what
changed in this Spark since the last time goes into the file, what changed in the file comes into this Spark. Entries
are Spark's own descriptions of tables, in Java's serialized form, so that nothing about a table is lost. One version of
Spark does not understand those of another: each has a part of the file for itself. Data is never touched: it lies where
the tables say.
"""

from __future__ import annotations

import base64
import fcntl
import json
import sys
import threading
from pathlib import Path
from typing import Any, NamedTuple

from .failure import headline, is_lost_connection
from .spark_kinds import is_elder
from .task import write_json

DEFAULT = "database:default"  # always there
NOWHERE = "file:/dev/null/none"  # where there is nothing, and nothing can be


class Entry(NamedTuple):
    print: str  # what Spark says of it: two entries that say the same are the same
    blob: str


Changes = dict[str, Entry | None]  # what an entry is to become, in the order to do it in; None: it goes


class Catalog:
    """One for each Spark. Thread-safe."""

    def __init__(self, home: Path) -> None:
        self._file = home / "catalog.json"
        self._lock_file = home / "catalog.lock"
        self._known: dict[str, Entry] = {}
        self._left_out: Changes = {}  # what this Spark could not do: it is not tried again
        self._lock = threading.Lock()
        self.is_known = False  # by this Spark

    def synchronize(self, spark: Any) -> None:
        """Raises OSError when the file cannot be written; then the next time does it."""
        with self._lock, self._lock_file.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            parts = read_parts(self._file)
            kept = {key: Entry(*entry) for key, entry in parts.get(spark.version, {}).items()}
            here = entries_of(spark, kept)
            merged = merge(kept, self._known, here)
            if merged != kept:
                parts[spark.version] = {key: list(entry) for key, entry in merged.items()}
                write_json(self._file, {"parts": parts})
            self._left_out = bring_in(spark, changes_of(here, merged), self._left_out)
            # What was left out is here as it was, or is not: that is no change of this Spark's, and the file keeps it.
            unchanged = {key: here[key] for key in self._left_out if key in here}
            self._known = {key: one for key, one in merged.items() if key not in self._left_out} | unchanged
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
    # A database that one drops while another makes a table in it stays: nothing that was made is lost.
    for database in {database_of(key) for key in merged} - merged.keys():
        for entries in (here, kept, known):
            if database in entries:
                merged[database] = entries[database]
                break
    # What says the same is the same, in whichever form it was written first.
    return {key: kept[key] if key in kept and kept[key].print == one.print else one for key, one in merged.items()}


def read_parts(file: Path) -> dict[str, dict[str, list[str]]]:
    """The entries of each version of Spark. A file of before there were several has those of one."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    if "spark_version" in told:
        return {told["spark_version"]: told["entries"]}
    parts: dict[str, dict[str, list[str]]] = told["parts"]
    return parts


def external_catalog(spark: Any) -> Any:
    return spark._jsparkSession.sharedState().externalCatalog()


def listed(sequence: Any) -> list[Any]:
    return [sequence.apply(index) for index in range(sequence.size())]


def entries_of(spark: Any, kept: dict[str, Entry]) -> dict[str, Entry]:
    """Those that say the same as the kept ones are not written out anew."""
    catalog = external_catalog(spark)
    entries: dict[str, Entry] = {}

    def add(key: str, described: Any) -> None:
        known = kept.get(key)
        says = described.toString()
        entries[key] = known if known and known.print == says else Entry(says, blob_of(spark, described))

    for database in listed(catalog.listDatabases()):
        add(f"database:{database}", catalog.getDatabase(database))
        for table in listed(catalog.listTables(database)):
            add(f"table:{database}.{table}", catalog.getTable(database, table))
    return entries


def blob_of(spark: Any, described: Any) -> str:
    jvm = spark._jvm
    collected = jvm.java.io.ByteArrayOutputStream()
    stream = jvm.java.io.ObjectOutputStream(collected)
    stream.writeObject(with_real_maps(spark, described) if is_elder(spark.version) else described)
    stream.close()
    return base64.b64encode(collected.toByteArray()).decode()


def with_real_maps(spark: Any, described: Any) -> Any:
    """Scala 2.12 has views of maps that cannot be written out, and Spark 3.5 leaves them in its descriptions."""
    members = members_of(described)
    for place, member in enumerate(members):
        if is_a(spark, member, "scala.collection.immutable.Map"):
            members[place] = spark._jvm.scala.collection.immutable.HashMap()
            for pair in listed(member.toSeq()):
                members[place] = members[place].updated(pair._1(), pair._2())
        elif is_a(spark, member, "org.apache.spark.sql.catalyst.catalog.CatalogStorageFormat"):
            members[place] = with_real_maps(spark, member)
    return described.copy(*members)


def members_of(described: Any) -> list[Any]:
    return [getattr(described, f"copy$default${place + 1}")() for place in range(described.productArity())]


def is_a(spark: Any, member: Any, name: str) -> bool:
    from py4j.java_gateway import JavaObject, is_instance_of

    return isinstance(member, JavaObject) and is_instance_of(spark.sparkContext._gateway, member, name)


def described_in(spark: Any, entry: Entry) -> Any:
    jvm = spark._jvm
    bytes_in = jvm.java.io.ByteArrayInputStream(base64.b64decode(entry.blob))
    return jvm.java.io.ObjectInputStream(bytes_in).readObject()


def database_of(key: str) -> str:
    """The key of the database that an entry is of, or is."""
    kind, _, name = key.partition(":")
    return f"database:{name.split('.', 1)[0]}" if kind == "table" else key


def changes_of(here: dict[str, Entry], wanted: dict[str, Entry]) -> Changes:
    """Databases before their tables, and what goes the other way round."""
    gone: Changes = {key: None for key in sorted(here.keys() - wanted.keys(), reverse=True) if key != DEFAULT}
    return gone | {
        key: wanted[key] for key in sorted(wanted) if key not in here or here[key].print != wanted[key].print
    }


def bring_in(spark: Any, changes: Changes, left_out: Changes) -> Changes:
    """Those that this Spark cannot do: it may not reach where a database lies. Each is said once, and keeps none of the
    others from being done."""
    fresh = {key for key, entry in changes.items() if key not in left_out or left_out[key] != entry}
    to_do = {key: entry for key, entry in changes.items() if key in fresh or database_of(key) in fresh}
    failed = {key: entry for key, entry in changes.items() if key not in to_do}
    for key, entry in to_do.items():
        if entry is not None and failed.get(database_of(key)) is not None:
            failed[key] = entry  # said with its database
            continue
        try:
            bring_in_one(spark, key, entry)
        except Exception as error:  # whatever Spark, or a file system of it, says
            if is_lost_connection(error):
                raise
            failed[key] = entry
            kind, _, name = key.partition(":")
            how = "was dropped, and stays in this Spark" if entry is None else "is left out of this Spark"
            print(f"The {kind} {name} of the workspace {how}. {headline(error)}", file=sys.stderr)
    if to_do:
        spark._jsparkSession.sessionState().catalog().invalidateAllCachedTables()
    return failed


def bring_in_one(spark: Any, key: str, entry: Entry | None) -> None:
    catalog = external_catalog(spark)
    kind, _, name = key.partition(":")
    if entry is None:
        return forget_table(spark, catalog, *name.split(".", 1)) if kind == "table" else forget(spark, catalog, name)
    described = described_in(spark, entry)
    if kind == "database":
        is_here = catalog.databaseExists(name)
        return catalog.alterDatabase(described) if is_here else catalog.createDatabase(described, True)
    is_here = catalog.tableExists(*name.split(".", 1))
    return catalog.alterTable(described) if is_here else catalog.createTable(described, True)


def forget(spark: Any, catalog: Any, database: str) -> None:
    """With the functions that this Spark alone has in it, for it is dropped; without its folder, which dropping it
    would delete, and which may be another's by now."""
    for function in listed(catalog.listFunctions(database, "*")):
        catalog.dropFunction(database, function)
    described = catalog.getDatabase(database)
    members = members_of(described)
    members[2] = spark._jvm.java.net.URI(NOWHERE)
    catalog.alterDatabase(described.copy(*members))
    try:
        catalog.dropDatabase(database, True, False)
    except Exception:  # somebody has made a table in it just now
        catalog.alterDatabase(described)
        raise


def forget_table(spark: Any, catalog: Any, database: str, table: str) -> None:
    """Without its data, which dropping a table of Spark's own would delete, and which may be another's by now."""
    described = catalog.getTable(database, table)
    members = members_of(described)
    external = spark._jvm.org.apache.spark.sql.catalyst.catalog.CatalogTableType.EXTERNAL()
    if described.tableType().name() == "MANAGED":
        members[1] = external
        catalog.alterTable(described.copy(*members))
    catalog.dropTable(database, table, True, False)
