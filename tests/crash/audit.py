"""Holds the evidence of one run against its plan. Every check yields what it found wrong, as sentences."""

from collections import Counter

from records import ADDED, CRASHED, ENDS, FAILED, FINISHED, INTENDED, STARTED, SUCCEEDED
from segments import segments_of


def violations(evidence):
    found = [f"{check.__name__}: {wrong}" for check in CHECKS for wrong in check(evidence)]
    for child in (child for children in evidence.children.values() for child in children):
        found += [f"child run {child.run}: {wrong}" for wrong in violations(child)]
    return found


def was_cut_short(evidence, name):
    """It failed as it had to, and the cancel came before it was tried again: it has a failure, and not one too many."""
    task = evidence.plan.task_of(name)
    if task.is_mapped and name == task.key:
        return any(was_cut_short(evidence, element) for element in evidence.plan.elements(task))
    behaviour = evidence.plan.behaviour_of(name)
    failures = sum(fact.type == FAILED and fact.name == name for fact in evidence.history)
    return behaviour.startswith("flaky") and 1 <= failures <= int(behaviour.removeprefix("flaky"))


def cleans_up_after_earlier(evidence, name):
    """What it cleans up after has begun, be it in an earlier life of the run only."""
    task = evidence.plan.task_of(name)
    begun = {evidence.plan.task_of(fact.name).key for fact in evidence.history if fact.type == STARTED}
    return task.cleanup and not begun.isdisjoint(evidence.plan.upstreams(task.key))


def ends_as_planned(evidence):
    """The run is not lost, and it and its tasks ended as they had to."""
    if not evidence.history or evidence.history[-1].type != FINISHED:
        yield "the history does not end with the end of the run"
    else:
        recorded = evidence.history[-1].body["state"]
        if recorded != evidence.state:
            yield f"the history says {recorded}, weir says {evidence.state}"
    expected = evidence.plan.expected(evidence.mended)
    planned = evidence.plan.run_state(evidence.mended)
    if evidence.state != planned and not (evidence.cancelled and evidence.state == "cancelled"):
        yield f"the run is {evidence.state}, not {planned}"
    if evidence.exit_code != (0 if evidence.state == "succeeded" else 1):
        yield f"weir left with {evidence.exit_code} though the run is {evidence.state}"
    if evidence.state == "cancelled":
        for name, state in evidence.states.items():
            is_cut_short = state == "failed" and was_cut_short(evidence, name)
            if state not in (expected.get(name), "cancelled", "upstream_failed", "skipped") and not is_cut_short:
                yield f"{name} of a cancelled run is {state}"
    elif evidence.states != expected:
        differing = {name for name in evidence.states | expected if evidence.states.get(name) != expected.get(name)}
        for name in sorted(differing):
            is_skipped_at_last = evidence.mended and expected.get(name) == "skipped"
            succeeded = evidence.states.get(name) == "succeeded"
            if is_skipped_at_last and succeeded and cleans_up_after_earlier(evidence, name):
                continue
            yield f"{name} is {evidence.states.get(name)}, not {expected.get(name)}"


def one_process_at_a_time(evidence):
    """No attempt found another one of its task alive."""
    for line in evidence.journal:
        if line.what == "overlap":
            yield f"attempt {line.attempt} of {line.name} began while another one lived"


def every_attempt_is_recorded_and_begins_once(evidence):
    recorded = {(fact.name, str(fact.number)) for fact in evidence.history if fact.type == STARTED}
    begun = Counter((line.name, line.attempt, line.token) for line in evidence.journal if line.what == "begin")
    for (name, attempt, token), times in begun.items():
        if times > 1:
            yield f"attempt {attempt} of {name} with token {token} began {times} times"
        if attempt != "remote" and (name, attempt) not in recorded:
            yield f"attempt {attempt} of {name} began and the history knows nothing of it"
    tokens = Counter(token for _, _, token in begun)
    yield from (f"{times} attempts share the token {token}" for token, times in tokens.items() if times > 1)
    for line in evidence.journal:
        if line.run != evidence.run:
            yield f"{line.name} ran for run {line.run}"


def nothing_begins_before_its_turn(evidence):
    """What a task waits for had told its end before, in the journal; in the history it does not start afterwards."""
    ended = set()
    for line in evidence.journal:
        if line.what == "end":
            ended.add(line.name)
        if line.what == "begin":
            yield from too_early(evidence.plan, line.name, ended)
    for segment in segments_of(evidence):
        yield from segment.out_of_turn()


def too_early(plan, name, ended):
    if plan.task_of(name).cleanup or plan.task_of(name).trigger != "all_success":
        return
    for awaited in plan.awaited(name):
        if plan.task_of(awaited).tells and awaited not in ended:
            yield f"{name} began before {awaited} had ended"
        if not plan.task_of(awaited).tells:
            yield from (f"{early} (through {awaited})" for early in too_early(plan, awaited, ended))


def what_was_told_stays(evidence):
    """After weir has said that a task succeeded, the task does not run again."""
    for told in evidence.told:
        for line in evidence.journal[told.lines :]:
            if line.what == "begin" and line.name in told.names:
                yield f"attempt {line.attempt} of {line.name} began after weir had told its success"


def ends_have_their_lines(evidence):
    """What the history says of an attempt's end is what the attempt itself has told."""
    told = {(line.what, line.name, line.attempt) for line in evidence.journal}
    remote = {run.run_id: run.result for run in evidence.remote}
    for fact in evidence.history:
        task = evidence.plan.task_of(fact.name) if fact.name else None
        if task and task.kind == "process":
            number = str(fact.number)
            if fact.type == SUCCEEDED and ("end", fact.name, number) not in told:
                yield f"attempt {number} of {fact.name} is recorded as succeeded and never told its end"
            if fact.type == FAILED:
                timed_out = evidence.plan.behaviour_of(fact.name) == "stuck"
                if timed_out != (fact.body["failure"]["why"] == "timeout"):
                    yield f"attempt {number} of {fact.name} failed: {fact.body['failure']}"
                if not timed_out and ("fail", fact.name, number) not in told:
                    yield f"attempt {number} of {fact.name} is recorded as failed and never told it"
        if task and task.is_remote and fact.type == SUCCEEDED:
            run_id = fact.body["run_id"]
            if remote.get(run_id) != "SUCCESS" or ("end", fact.name, "remote") not in told:
                yield f"{fact.name} succeeded with the remote run {run_id}, which is {remote.get(run_id)}"


def attempts_are_counted(evidence):
    """Numbers rise by one; each attempt ends once; failures use up the retries exactly, deaths do not."""
    for row, name in {(fact.row, fact.name) for fact in evidence.history if fact.type == STARTED}:
        facts = [fact for fact in evidence.history if fact.row == row]
        numbers = [fact.number for fact in facts if fact.type == STARTED]
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"the attempts of {name} are numbered {numbers}"
        ends = [fact.number for fact in facts if fact.type in ENDS]
        if ends != numbers:
            yield f"attempts {numbers} of {name} have the ends {ends}"
        task = evidence.plan.task_of(name)
        if (task.is_remote or task.is_child) and any(fact.type == CRASHED for fact in facts):
            yield f"an attempt of {name}, which does not die with weir, is recorded as dead"
    for segment in segments_of(evidence):
        yield from segment.miscounted()
        yield from segment.again_after_success()


def remote_runs_are_single(evidence):
    """One remote run for each attempt that intended one, and no other."""
    # The intent of a child run names that run and has no body.
    intents = [fact for fact in evidence.history if fact.type == INTENDED and "body" in fact.body]
    intended = {fact.body["body"]["idempotency_token"]: fact for fact in intents}
    known = Counter(run.token for run in evidence.remote)
    for run in evidence.remote:
        if run.token not in intended:
            yield f"the remote run {run.run_id} belongs to no attempt"
    for token, fact in intended.items():
        if known[token] > 1:
            yield f"attempt {fact.number} of {fact.name} has {known[token]} remote runs"
        ended = [end for end in evidence.history if (end.name, end.number) == (fact.name, fact.number)]
        if known[token] == 0 and any(end.type in (SUCCEEDED, FAILED) for end in ended):
            yield f"attempt {fact.number} of {fact.name} ended without a remote run"


def child_runs_are_single(evidence):
    """One child run for each attempt that intended one, which ended like it, and no other."""
    for key, children in evidence.children.items():
        states = {child.run: child.state for child in children}
        intended = {fact.body["run_id"]: fact for fact in evidence.history if (fact.type, fact.name) == (INTENDED, key)}
        yield from (f"the child run {run} belongs to no attempt of {key}" for run in states if run not in intended)
        for run, fact in intended.items():
            for end in evidence.history:
                if (end.name, end.number) != (fact.name, fact.number) or end.type not in (SUCCEEDED, FAILED):
                    continue
                if (states.get(run) == "succeeded") != (end.type == SUCCEEDED):
                    yield f"attempt {fact.number} of {key} ended unlike its child run, which is {states.get(run)}"


def the_plan_is_what_ran(evidence):
    added = [fact.body["spec"]["key"] for fact in evidence.history if fact.type == ADDED]
    if added != list(evidence.plan.tasks):
        yield f"the history has the tasks {added}"


CHECKS = (
    the_plan_is_what_ran,
    ends_as_planned,
    one_process_at_a_time,
    every_attempt_is_recorded_and_begins_once,
    nothing_begins_before_its_turn,
    what_was_told_stays,
    ends_have_their_lines,
    attempts_are_counted,
    remote_runs_are_single,
    child_runs_are_single,
)
