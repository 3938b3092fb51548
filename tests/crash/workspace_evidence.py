"""What the audit of a life of the workspace looks at: what was asked, what the jobs tell, what the tables hold."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import NamedTuple


class Row(NamedTuple):
    """Of a job run (parent 0), a task run, or an iteration of one."""

    id: int
    parent: int
    key: str
    attempt: int
    life_cycle: str
    result: str
    started_ms: int
    ended_ms: int
    loop_of: int
    caller: int
    token: str
    tree: str


COLUMNS = (
    "run_id, parent_id, task_key, attempt, life_cycle, result, started_ms, ended_ms, loop_of_id, caller_id, "
    "coalesce((SELECT token FROM tokens WHERE tokens.run_id = runs.run_id), ''), supervisor_tree"
)


@dataclass
class WorkspaceEvidence:
    orders: list
    accepted: dict  # name of an order, to the run that it was told to be
    told: dict  # … to the result that a client saw first
    shown: dict  # … to the one that is shown at the end
    journal: list
    rows: dict  # of this life, by their id
    left: list  # processes that outlived their runs


def rows_of(home):
    file = home.weir.home / "workspace/workspace.db"
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)) as database:
        return {row[0]: Row(*row) for row in database.execute(f"SELECT {COLUMNS} FROM runs")}


def integrity(home):
    """Nothing, or what is wrong with the tables."""
    file = home.weir.home / "workspace/workspace.db"
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)) as database:
        answer = database.execute("PRAGMA integrity_check").fetchall()
    return [] if answer == [("ok",)] else [f"the database of the workspace is damaged: {answer}"]
