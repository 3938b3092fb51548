"""Faults to plant for the campaign of the workspace: in the evidence of a sound life, and in the tables of a server
that is dead, where one that forgets something would leave the same. The audit must see each."""

import sqlite3
from contextlib import closing

# In the evidence


def row_of(evidence, key):
    return next(row for row in evidence.rows.values() if row.key == key)


def put(evidence, row, **changes):
    evidence.rows[row.id] = row._replace(**changes)


def line_at(evidence, what):
    return next(i for i, line in enumerate(evidence.journal) if line.what == what)


def run_is_doubled(evidence):
    row = next(row for row in evidence.rows.values() if row.token)
    evidence.rows[9999] = row._replace(id=9999)


def run_is_nobodys(evidence):
    row = next(row for row in evidence.rows.values() if row.token)
    evidence.rows[9999] = row._replace(id=9999, token="")


def run_has_no_end(evidence):
    put(evidence, row_of(evidence, "t0"), ended_ms=0)


def run_ends_otherwise(evidence):
    put(evidence, evidence.rows[evidence.accepted[evidence.orders[0].name]], result="FAILED")


def end_changes_after_it_was_told(evidence):
    evidence.shown[evidence.orders[0].name] = "FAILED"


def task_ends_otherwise(evidence):
    put(evidence, row_of(evidence, "t0"), result="CANCELED")


def attempt_is_lost(evidence):
    del evidence.rows[row_of(evidence, "t1").id]


def attempt_begins_twice(evidence):
    evidence.journal.append(evidence.journal[line_at(evidence, "begin")])


def attempt_never_begins(evidence):
    del evidence.journal[line_at(evidence, "begin")]


def end_was_not_told(evidence):
    del evidence.journal[line_at(evidence, "end")]


def failure_was_not_told(evidence):
    del evidence.journal[line_at(evidence, "fail")]


def attempts_are_alive_together(evidence):
    evidence.journal.append(evidence.journal[0]._replace(what="overlap"))


def stranger_tells(evidence):
    evidence.journal.append(evidence.journal[0]._replace(attempt="9999"))


def task_begins_too_early(evidence):
    late = next(line for line in evidence.journal if line.what == "begin" and line.name == "t1")
    evidence.journal.remove(late)
    evidence.journal.insert(0, late)


def process_is_left(evidence):
    evidence.left.append(1)


IN_EVIDENCE = (
    run_is_doubled,
    run_is_nobodys,
    run_has_no_end,
    run_ends_otherwise,
    end_changes_after_it_was_told,
    task_ends_otherwise,
    attempt_is_lost,
    attempt_begins_twice,
    attempt_never_begins,
    end_was_not_told,
    failure_was_not_told,
    attempts_are_alive_together,
    stranger_tells,
    task_begins_too_early,
    process_is_left,
)

# In the tables, while the server is dead


def change(life, statement, *values):
    """There must be something to change."""
    with closing(sqlite3.connect(life.home.weir.home / "workspace/workspace.db", timeout=30)) as database:
        assert database.execute(statement, values).rowcount > 0, statement
        database.commit()


def under_way(life):
    """The job run of the only order, which is under way."""
    return life.accepted[life.orders[0].name]


def token_is_forgotten(life):
    """As if it were kept some time after the run."""
    change(life, "DELETE FROM tokens WHERE run_id = ?", under_way(life))


def start_is_forgotten(life):
    """As if a driver were let go before it was recorded."""
    change(
        life,
        "UPDATE runs SET life_cycle = 'PENDING', supervisor_pid = 0, started_ms = 0 WHERE parent_id = ? "
        "AND life_cycle = 'RUNNING'",
        under_way(life),
    )


def run_is_forgotten(life):
    change(life, "DELETE FROM runs WHERE run_id = ?1 OR parent_id = ?1", under_way(life))


def task_is_forgotten(life):
    """As if the rows of a run were written one by one."""
    change(life, "DELETE FROM runs WHERE parent_id = ? AND life_cycle = 'BLOCKED'", under_way(life))


def end_is_forgotten(life):
    """As if what follows from an end were done before it was written."""
    change(
        life,
        "UPDATE runs SET life_cycle = 'PENDING', result = '', ended_ms = 0, supervisor_pid = 0 WHERE parent_id = ? "
        "AND result = 'SUCCESS'",
        under_way(life),
    )


IN_TABLES = (
    token_is_forgotten,
    start_is_forgotten,
    run_is_forgotten,
    task_is_forgotten,
    end_is_forgotten,
)
