"""Faults to plant in the evidence of a sound Python life. Each changes what it is given; the audit must see all."""

import records
from evidence import Told
from planted_evidence import (
    attempt_starts_after_success,
    attempts_are_alive_together,
    begin_is_doubled,
    end_line_is_missing,
    fact,
    history_has_no_end,
    remote_run_is_doubled,
    remote_run_is_lost,
    remote_run_is_nobodys,
    token_is_shared,
    unknown_attempt_runs,
)


def finished_task_begins_again(evidence):
    """With an attempt that the history knows: only what was recorded before tells that it must not."""
    again = next(line.name for line in evidence.journal if line.what == "begin" and line.attempt == "1")
    evidence.told.append(Told([again], 0))


def end_is_not_recorded(evidence):
    del evidence.history[fact(evidence, records.SUCCEEDED)]


def result_differs(evidence):
    evidence.results["look"] = -1


def result_is_lost(evidence):
    del evidence.results["later[7]"]


def item_is_not_waited_for(evidence):
    begin = next(line for line in evidence.journal if line.what == "begin" and line.name == "after[5]")
    evidence.journal.remove(begin)
    evidence.journal.insert(0, begin)


def attempt_has_no_end(evidence):
    success = evidence.history[fact(evidence, records.SUCCEEDED)]
    evidence.history.insert(0, success._replace(type=records.STARTED, number=success.number + 1))


def job_begins_twice(evidence):
    remote = next(line for line in evidence.journal if line.what == "begin" and line.attempt == "remote")
    evidence.journal.append(remote._replace(token="999"))


def run_fails(evidence):
    evidence.state = "failed"


IN_PYTHON_EVIDENCE = (
    end_line_is_missing,
    end_is_not_recorded,
    begin_is_doubled,
    finished_task_begins_again,
    result_differs,
    result_is_lost,
    item_is_not_waited_for,
    attempts_are_alive_together,
    attempt_has_no_end,
    attempt_starts_after_success,
    token_is_shared,
    unknown_attempt_runs,
    job_begins_twice,
    remote_run_is_doubled,
    remote_run_is_nobodys,
    remote_run_is_lost,
    history_has_no_end,
    run_fails,
)
