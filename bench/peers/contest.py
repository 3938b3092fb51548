"""Many small tasks with a peer at its best, and with weir: every way is tried, the fastest run in turns with weir."""

import statistics

from measure import report, report_factor
from peers import weir

ROUNDS = 3
FINALISTS = 2
TASKS = 10_000  # of weir
FLAT_MAX = 2  # a task of the larger number, in tasks of the smaller one


def contest(peer, run, ways, trial, few, many, least):
    """`run(way, count)` is a sample of the peer; a way is a tuple of words. It runs `trial` tasks in each way, then
    `few` and `many` in the fastest, to see that a task costs it the same."""
    print(f"{peer}, tasks a second when there are {trial:,}:", flush=True)
    rates = {}
    for way in ways:
        rates[way] = trial / run(way, trial).told["body"]
        print(f"  {', '.join(way):<32} {rates[way]:8,.0f}", flush=True)
    finalists = sorted(rates, key=rates.get, reverse=True)[:FINALISTS]
    theirs = {(way, count): [] for way in finalists for count in (few, many)}
    ours = []
    for _ in range(ROUNDS):
        for (way, count), samples in theirs.items():
            samples.append(run(way, count))
            ours.append(weir.tasks(TASKS))
    way = min(finalists, key=lambda way: body_of(theirs[way, many]))
    return compare(f"{peer} ({', '.join(way)})", ours, theirs[way, few], few, theirs[way, many], many, least)


def compare(peer, ours, fewer, few, more, many, least):
    """Tasks a second as the body of the flow sees them; whole processes beside."""
    flat = body_of(more) / many / (body_of(fewer) / few)
    our_rate, their_rate = TASKS / body_of(ours), many / body_of(more)
    whole = whole_of(more) / many / (whole_of(ours) / TASKS)
    print(f"weir (map, process): {our_rate:,.0f} tasks/s; {peer}: {their_rate:,.0f} tasks/s")
    print(f"from start to exit, one of its tasks takes as long as {whole:,.0f} of weir")
    return all(
        [
            report(f"a task of {many:,}", flat, f"a task of {few:,}", FLAT_MAX),
            report_factor(f"{TASKS:,} tasks", our_rate / their_rate, peer, least),
        ]
    )


def body_of(samples):
    return statistics.median(sample.told["body"] for sample in samples)


def whole_of(samples):
    return statistics.median(sample.whole for sample in samples)
