"""Faults to plant in real stores between a kill and the resume: what a weir that forgets would leave behind."""

import sqlite3
from contextlib import closing

import records


def change(file, *statements):
    with closing(sqlite3.connect(file, timeout=30)) as database:
        for statement, values in statements:
            database.execute(statement, values)
        database.commit()


def success_is_forgotten(life):
    """As if the history had been told and not kept."""
    run = "run = (SELECT number FROM run WHERE id = ?)"
    cut = f"SELECT max(sequence) FROM event WHERE type = {records.SUCCEEDED} AND {run}"
    change(life.home.weir.home / "weir.db", (f"DELETE FROM event WHERE {run} AND sequence >= ({cut})", [life.run] * 2))


def run_is_forgotten(life):
    change(life.home.weir.home / "weir.db", ("DELETE FROM run WHERE id = ?", [life.run]))
    life.run = None


def remote_token_is_forgotten(life):
    """As a workspace without idempotency: the intent is sent again and makes a second run."""
    change(life.home.weir.home / "workspace/workspace.db", ("DELETE FROM tokens", []))
    attached = "DELETE FROM event WHERE type = ? AND sequence > (SELECT max(sequence) FROM event WHERE type = ?)"
    change(life.home.weir.home / "weir.db", (attached, [records.ATTACHED, records.INTENDED]))


def file_is_damaged(life):
    """A page of another file in the middle of the store, at rest."""
    file = life.home.weir.home / "weir.db"
    change(file, ("PRAGMA wal_checkpoint(TRUNCATE)", []))
    with file.open("r+b") as store:
        store.seek(4096)
        store.write(b"\x0d\xff\xff\xff" * 16)
