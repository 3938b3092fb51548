"""Holds the evidence of a life of the workspace against what was asked. Every check yields what it found wrong."""

from collections import Counter

from workspace_order import ENDLESS

CANCELLED = ("CANCELED", "UPSTREAM_CANCELED")


def violations(evidence):
    return [f"{check.__name__}: {wrong}" for check in CHECKS for wrong in check(evidence)]


def run_of(evidence, order):
    """The job run whose tasks are the steps of the order."""
    run = evidence.accepted[order.name]
    if order.kind != "call":
        return run
    calls = {row.id for row in evidence.rows.values() if row.parent == run}
    return next((row.id for row in evidence.rows.values() if row.caller in calls), None)


def attempts_of(evidence, order, step):
    """Its task runs, those of the iterations of a loop in place of the loop's own, in their order."""
    run = run_of(evidence, order)
    if step.items:
        return sorted(row for row in evidence.rows.values() if row.loop_of == run)
    return sorted(row for row in evidence.rows.values() if row.parent == run and row.key == step.key)


def every_accepted_run_is_there_once(evidence):
    tokens = Counter(row.token for row in evidence.rows.values() if row.parent == 0)
    wanted = {order.token: evidence.accepted[order.name] for order in evidence.orders}
    for token, run in wanted.items():
        if tokens[token] != 1:
            yield f"{token} has {tokens[token]} runs"
        elif evidence.rows[run].token != token:
            yield f"run {run} was accepted for {token} and has {evidence.rows[run].token}"
    callers = Counter(row.caller for row in evidence.rows.values() if row.caller)
    tasks = {row.id for row in evidence.rows.values() if row.parent}
    for row in evidence.rows.values():
        if row.parent == 0 and row.token not in wanted and (row.caller not in tasks or callers[row.caller] > 1):
            yield f"nobody asked for run {row.id}"
    yield from (f"{order.name} called no run" for order in evidence.orders if run_of(evidence, order) is None)


def ends_are_right(evidence):
    for order in evidence.orders:
        results, run_results = order.results()
        result = evidence.rows[evidence.accepted[order.name]].result
        if order.cancelled:
            run_results = {"CANCELED"}
        if result not in run_results:
            yield f"{order.name} is {result}, not {' or '.join(run_results)}"
        for step in order.steps:
            attempts = attempts_of(evidence, order, step)
            ends = {row.result for row in attempts} if step.items else {row.result for row in attempts[-1:]}
            allowed = {results[step.key]}
            if order.cancelled:
                allowed = {*CANCELLED, *({"SUCCESS"} if step.key == "before" else set())}
            if not ends or not ends <= allowed:
                yield f"{step.key} of {order.name} is {ends or 'not there'}, not {allowed}"


def what_was_told_stays(evidence):
    for name, result in evidence.told.items():
        if not result == evidence.shown[name] == evidence.rows[evidence.accepted[name]].result:
            yield f"{name} was told to be {result} and is {evidence.shown[name]}"


def everything_has_ended(evidence):
    yield from (f"run {row.id} ({row.key}) is {row.life_cycle}" for row in evidence.rows.values() if not row.ended_ms)
    yield from (f"process {pid} outlived its run" for pid in evidence.left)


def attempts_are_counted(evidence):
    """Failures use up the retries exactly, deaths of the server none of them."""
    for order in evidence.orders:
        results, _ = order.results()
        for step in order.steps:
            attempts = attempts_of(evidence, order, step)
            wanted = len(step.items) or step.attempts(results[step.key])
            if not order.cancelled and len(attempts) != wanted:
                yield f"{step.key} of {order.name} has {len(attempts)} attempts, not {wanted}"
            if not step.items and [row.attempt for row in attempts] != list(range(len(attempts))):
                yield f"the attempts of {step.key} of {order.name} are {[row.attempt for row in attempts]}"


def every_attempt_happens_once(evidence):
    """Each began once if it was to begin at all, in the run that it belongs to, and told the end that it has.

    One that took too long may have spent that time on the start of its Spark: then its time was really over.
    """
    lines = Counter((line.what, line.attempt) for line in evidence.journal)
    for order in evidence.orders:
        for step in order.steps:
            for row in attempts_of(evidence, order, step):
                begun = lines["begin", str(row.id)]
                ends = {"SUCCESS": "end", "FAILED": "fail"}
                was_over = row.result == "TIMEDOUT" and row.ended_ms - row.started_ms >= step.timeout * 1000
                if row.result == "TIMEDOUT" and not was_over:
                    yield f"{step.key} of {order.name}, attempt {row.id}, timed out before its time was over"
                wanted = 1 if row.result in ends else 0
                if row.result in CANCELLED or was_over:
                    wanted = min(begun, 1)
                if begun != wanted:
                    yield f"{step.key} of {order.name}, attempt {row.id}, {row.result}, began {begun} times"
                for result, what in ends.items():
                    told = lines[what, str(row.id)]
                    if row.result not in CANCELLED and told != (row.result == result):
                        yield f"{step.key} of {order.name}, attempt {row.id}, {row.result}, told {told} × {what}"
    yield from (
        f"{line.name} of {line.run} began while it was alive" for line in evidence.journal if line.what == "overlap"
    )


def nobody_else_tells(evidence):
    known = {str(row.id): row for row in evidence.rows.values()}
    orders = {order.name: order for order in evidence.orders}
    for line in evidence.journal:
        row = known.get(line.attempt)
        job_run = row and str(row.loop_of or row.parent)
        if not row or line.run not in orders or line.token != job_run:
            yield f"{line.what} of {line.name} of {line.run} by {line.attempt}, of run {line.token}"


def nothing_begins_before_its_turn(evidence):
    for order in evidence.orders:
        ended = Counter()
        for line in evidence.journal:
            if line.run != order.name:
                continue
            if line.what in ("end", "fail"):
                ended[line.name] += 1
            step = next((step for step in order.steps if line.name in step.names()), None)
            for before in (order.step(key) for key in step.needs) if step and line.what == "begin" else ():
                results, _ = order.results()
                happens = results[before.key] in ("SUCCESS", "FAILED")
                wanted = 1 if before.items else before.attempts(results[before.key])
                for name in before.names() if happens and before.behaviour != ENDLESS else ():
                    if ended[name] < wanted:
                        yield f"{line.name} of {order.name} began before {name} had ended"


CHECKS = (
    every_accepted_run_is_there_once,
    ends_are_right,
    what_was_told_stays,
    everything_has_ended,
    attempts_are_counted,
    every_attempt_happens_once,
    nobody_else_tells,
    nothing_begins_before_its_turn,
)
