"""Faults to plant in the evidence of a sound life. Each changes what it is given; the audit must see every one."""

from dataclasses import replace

import records
from evidence import Told


def first(evidence, what):
    return next(i for i, line in enumerate(evidence.journal) if line.what == what)


def fact(evidence, type_, last=False):
    found = [i for i, one in enumerate(evidence.history) if one.type == type_]
    return found[-1 if last else 0]


def end_line_is_missing(evidence):
    del evidence.journal[first(evidence, "end")]


def fail_line_is_missing(evidence):
    del evidence.journal[first(evidence, "fail")]


def begin_is_doubled(evidence):
    evidence.journal.append(evidence.journal[first(evidence, "begin")])


def task_begins_too_early(evidence):
    late = next(line for line in evidence.journal if line.what == "begin" and line.name == "t1")
    evidence.journal.remove(late)
    evidence.journal.insert(0, late)


def task_is_started_too_early(evidence):
    """Right after the start of the run, before the first task."""
    starts = [fact for fact in evidence.history if fact.type == records.STARTED]
    late = next(fact for fact in starts if fact.name == "t2")
    evidence.history.remove(late)
    evidence.history.insert(evidence.history.index(starts[0]), late)


def attempts_are_alive_together(evidence):
    evidence.journal.append(evidence.journal[0]._replace(what="overlap"))


def token_is_shared(evidence):
    begins = [i for i, line in enumerate(evidence.journal) if line.what == "begin"]
    evidence.journal[begins[1]] = evidence.journal[begins[1]]._replace(token=evidence.journal[begins[0]].token)


def unknown_attempt_runs(evidence):
    line = evidence.journal[0]
    evidence.journal.append(line._replace(what="begin", attempt="77", token="unknown"))


def told_success_runs_again(evidence):
    evidence.told.append(Told(["t0"], 0))


def remote_run_is_doubled(evidence):
    evidence.remote.append(evidence.remote[0]._replace(run_id=999))


def remote_run_is_nobodys(evidence):
    evidence.remote.append(records.RemoteRun(999, "nobody", "SUCCESS"))


def remote_run_is_lost(evidence):
    evidence.remote.clear()


def child_run_is_doubled(evidence):
    evidence.children["t3"].append(replace(evidence.children["t3"][0], run="another"))


def child_run_is_lost(evidence):
    evidence.children["t3"].clear()


def child_run_begins_a_task_twice(evidence):
    begin_is_doubled(evidence.children["t3"][0])


def failure_is_not_recorded(evidence):
    del evidence.history[fact(evidence, records.FAILED)]


def failure_is_recorded_twice(evidence):
    evidence.history.insert(-1, evidence.history[fact(evidence, records.FAILED)])


def attempt_starts_after_success(evidence):
    done = evidence.history[fact(evidence, records.SUCCEEDED)]
    again = [done._replace(type=records.STARTED, number=done.number + 1), done._replace(number=done.number + 1)]
    evidence.history[-1:-1] = again


def history_has_no_end(evidence):
    evidence.history.pop()


def task_ends_otherwise(evidence):
    evidence.states["t0"] = "cancelled"


def task_is_missing(evidence):
    del evidence.history[fact(evidence, records.ADDED, last=True)]


def exit_code_is_wrong(evidence):
    evidence.exit_code = 1 - evidence.exit_code


IN_EVIDENCE = (
    end_line_is_missing,
    fail_line_is_missing,
    begin_is_doubled,
    task_begins_too_early,
    task_is_started_too_early,
    attempts_are_alive_together,
    token_is_shared,
    unknown_attempt_runs,
    told_success_runs_again,
    remote_run_is_doubled,
    remote_run_is_nobodys,
    remote_run_is_lost,
    child_run_is_doubled,
    child_run_is_lost,
    child_run_begins_a_task_twice,
    failure_is_not_recorded,
    failure_is_recorded_twice,
    attempt_starts_after_success,
    history_has_no_end,
    task_ends_otherwise,
    task_is_missing,
    exit_code_is_wrong,
)
