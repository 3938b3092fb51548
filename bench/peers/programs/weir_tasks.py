"""COUNT mapped tasks with weir. Tells how long the body took, and what it and its engine hold in memory afterwards."""

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
    """Kilobytes resident, now and at most, of this process and of the other side of its conversation."""
    own = f"/proc/{os.getpid()}"
    with open(f"{own}/task/{os.getpid()}/children") as children:
        started = children.read().split()
    engine = f"/proc/{started[0]}" if started else f"/proc/{os.getppid()}"
    return {"worker": resident(own), "engine": resident(engine)}


def resident(process):
    with open(f"{process}/status") as status:
        fields = dict(line.split(":", 1) for line in status)
    return {"now": int(fields["VmRSS"].split()[0]), "most": int(fields["VmHWM"].split()[0])}


if __name__ == "__main__":
    many(int(sys.argv[1]))
