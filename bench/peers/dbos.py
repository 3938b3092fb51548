"""DBOS on SQLite, with a database of its own for each measurement."""

from peers import environments
from peers.running import PROGRAMS, folder_of_its_own, run

NAME = f"DBOS {environments.version_of('dbos', 'dbos')}"
WAYS = ("steps", "async steps", "queue", "workflows")


def tasks(way, count, durability):
    """`durability`: disk, as DBOS sets SQLite up itself, or process. Missing when DBOS cannot be installed."""
    python = environments.environment("dbos") / "python"
    with folder_of_its_own() as folder:
        program = [python, PROGRAMS / "dbos_tasks.py", way, count, durability, folder / "dbos.sqlite"]
        return run(program, {"DO_NOT_TRACK": "1"}, folder)
