"""Holds the evidence of a Python run against what its flow promises. The checks of every campaign are in audit.py."""

from collections import Counter

from audit import every_attempt_is_recorded_and_begins_once, remote_runs_are_single, what_was_told_stays
from records import ENDS, FAILED, FINISHED, STARTED, SUCCEEDED

TASKS = 200
JOBS = 3


def violations(evidence):
    return [f"{check.__name__}: {found}" for check in CHECKS for found in check(evidence)]


def every_effect_is_there(evidence):
    """The journal has the end of every task, and of nothing else."""
    ended = {line.name for line in evidence.journal if line.what == "end"}
    if len(ended) != TASKS:
        yield f"{len(ended)} tasks have told their end, not {TASKS}"
    succeeded = {fact.name for fact in evidence.history if fact.type == SUCCEEDED}
    yield from (f"{name} has told its end and is not recorded" for name in sorted(ended - succeeded))
    yield from (f"{name} is recorded as succeeded and never told its end" for name in sorted(succeeded - ended))
    told = {(line.name, line.attempt) for line in evidence.journal if line.what == "end"}
    for fact in evidence.history:
        if fact.type == SUCCEEDED and not {(fact.name, str(fact.number)), (fact.name, "remote")} & told:
            yield f"attempt {fact.number} of {fact.name} is recorded as succeeded and never told its end"


def it_ends_as_undisturbed(evidence):
    if not evidence.history or evidence.history[-1].type != FINISHED:
        yield "the history does not end with the end of the run"
    if evidence.state != "succeeded":
        yield f"the run is {evidence.state}"
    yield from (f"attempt {fact.number} of {fact.name} failed" for fact in evidence.history if fact.type == FAILED)
    for name in sorted(evidence.results.keys() | evidence.wanted.keys()):
        if (found := evidence.results.get(name)) != (wanted := evidence.wanted.get(name)):
            yield f"{name} gave {found}, undisturbed {wanted}"


def attempts_are_counted(evidence):
    """Numbers rise by one, each attempt ends once, none starts after a success."""
    for row, name in sorted({(fact.row, fact.name) for fact in evidence.history if fact.type == STARTED}):
        facts = [fact for fact in evidence.history if fact.row == row]
        numbers = [fact.number for fact in facts if fact.type == STARTED]
        ends = [(fact.number, fact.type) for fact in facts if fact.type in ENDS]
        if numbers != list(range(1, len(numbers) + 1)) or [number for number, _ in ends] != numbers:
            yield f"attempts {numbers} of {name} have the ends {ends}"
        if [type_ for _, type_ in ends].count(SUCCEEDED) != 1 or ends[-1][1] != SUCCEEDED:
            yield f"{name} has the ends {ends}, not one success after all others"


def items_are_followed(evidence):
    """after[3] begins only when many[3] has told its end."""
    ended = set()
    for line in evidence.journal:
        if line.what == "end":
            ended.add(line.name)
        if line.what == "begin" and line.name.startswith("after["):
            awaited = line.name.replace("after", "many")
            if awaited not in ended:
                yield f"{line.name} began before {awaited} had ended"


def each_job_ran_once(evidence):
    begun = Counter(line.name for line in evidence.journal if line.what == "begin" and line.attempt == "remote")
    yield from (f"{name} began {times} times" for name, times in begun.items() if times != 1)
    if len(evidence.remote) != JOBS:
        yield f"the workspace has {len(evidence.remote)} runs of it, not {JOBS}"


def nobody_else_was_there(evidence):
    """Who resumes before the worker of a dead engine has ended may meet its threads, in that command and no later.
    Nobody else meets anybody."""
    for i, line in enumerate(evidence.journal):
        excused = any(first <= i and (last is None or i < last) for first, last in evidence.stragglers)
        if line.what == "overlap" and not excused:
            yield f"attempt {line.attempt} of {line.name} began while another one lived"


CHECKS = (
    every_effect_is_there,
    it_ends_as_undisturbed,
    attempts_are_counted,
    items_are_followed,
    each_job_ran_once,
    nobody_else_was_there,
    every_attempt_is_recorded_and_begins_once,
    what_was_told_stays,
    remote_runs_are_single,
)
