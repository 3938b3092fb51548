"""What the stores hold at the end, read from their files without weir: the history of a run, the workspace's runs."""

import json
import shutil
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

ADDED, CLOSED, STARTED, INTENDED, ATTACHED, SUCCEEDED, FAILED, CRASHED, CANCELLED = 2, 3, 4, 5, 6, 7, 8, 9, 10
FINISHED, EXPANDED, SKIPPED, REOPENED = 15, 16, 18, 23
ENDS = (SUCCEEDED, FAILED, CRASHED, CANCELLED, SKIPPED)


class Fact(NamedTuple):
    """`name` is a task or an element of one, "" for facts about the run."""

    type: int
    row: int  # of a task that expands anew, each element has a new one
    name: str
    number: int
    body: dict


class RemoteRun(NamedTuple):
    run_id: int
    token: str
    result: str


class Copy:
    """A copy of a SQLite file and its log: looking at it changes nothing that weir has yet to recover from.

    Runs beside the one that is looked at write to the file too, and the last to leave takes the log away: files that
    changed while they were copied are copied again.
    """

    def __init__(self, file):
        self.directory = tempfile.TemporaryDirectory(prefix="weir-crash-copy-")
        files = {Path(f"{file}{ending}"): Path(self.directory.name, f"copy.db{ending}") for ending in ("", "-wal")}
        while True:
            before = stamps(files)
            for source, target in files.items():
                target.unlink(missing_ok=True)
                with suppress(FileNotFoundError):
                    shutil.copyfile(source, target)
            if stamps(files) == before:
                break
        self.database = sqlite3.connect(f"{self.directory.name}/copy.db")

    def __enter__(self):
        return self.database

    def __exit__(self, *failure):
        self.database.close()
        self.directory.cleanup()


def stamps(files):
    """What changes when one of the files does, or comes, or goes."""
    found = []
    for file in files:
        try:
            it = file.stat()
            found.append((it.st_ino, it.st_size, it.st_mtime_ns))
        except FileNotFoundError:
            found.append(None)
    return found


def names_of_rows(rows):
    """Which task or element each index of a history means."""
    names = []
    for type_, task, body in rows:
        if type_ == ADDED:
            names.append(body["spec"]["key"])
        elif type_ == EXPANDED:
            names += [f"{names[task]}[{i}]" for i in range(body["count"])]
    return names


def history(home, run):
    """The facts of a run in their order, as far as they were written when it was looked at."""
    with Copy(home / "weir.db") as database:
        rows = database.execute(
            "SELECT type, task, number, body FROM event "
            "WHERE run = (SELECT number FROM run WHERE id = ?) ORDER BY sequence",
            [run],
        ).fetchall()
    rows = [(type_, task, number, json.loads(body or "null")) for type_, task, number, body in rows]
    names = names_of_rows((type_, task, body) for type_, task, _, body in rows)
    return [Fact(type_, task, names[task] if task >= 0 else "", number, body) for type_, task, number, body in rows]


def integrity(home):
    """Nothing, or what is wrong with the store's file."""
    with Copy(home / "weir.db") as database:
        answer = database.execute("PRAGMA integrity_check").fetchall()
    return [] if answer == [("ok",)] else [f"the database is damaged: {answer}"]


def remote_runs(home, journal):
    """The job runs of the workspace whose parameters name this journal, with the tokens that started them."""
    file = home / "workspace/workspace.db"
    if not file.exists():
        return []
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)) as database:
        rows = database.execute(
            "SELECT run_id, coalesce(token, ''), result FROM runs LEFT JOIN tokens USING (run_id) "
            "WHERE parent_id = 0 AND run_id IN (SELECT parent_id FROM runs WHERE instr(spec, ?))",
            [str(journal)],
        ).fetchall()
    return [RemoteRun(*row) for row in rows]
