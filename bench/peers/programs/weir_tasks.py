"""COUNT mapped tasks with weir. Tells how long the body took, and what this process and its engine hold in memory."""

import json
import os
import sys
import time

from weir import flow, task


@task
def f(x: int) -> int:
    return x


@flow
def many(count: int = 10_000):
    started = time.perf_counter()
    values = f.map(range(count)).result()
    elapsed = time.perf_counter() - started
    assert values == list(range(count))
    with open(os.environ["BENCH_TOLD"], "w") as told:
        json.dump({"body": elapsed, "memory": memory()}, told)


def memory():
    """Kilobytes resident, now and at most, of this process, and of the engine if this process has started it."""
    own = os.getpid()
    with open(f"/proc/{own}/task/{own}/children") as children:
        engine, *_ = children.read().split() or [None]
    return {"worker": resident(own), "engine": engine and resident(engine)}


def resident(process):
    with open(f"/proc/{process}/status") as status:
        fields = dict(line.split(":", 1) for line in status)
    return {"now": int(fields["VmRSS"].split()[0]), "most": int(fields["VmHWM"].split()[0])}


if __name__ == "__main__":
    many(int(sys.argv[1]))
