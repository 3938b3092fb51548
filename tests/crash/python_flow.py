"""A flow of 200 tasks, each of which tells a journal what it does: python_flow.py is copied beside that journal.

Calls, a chain, maps that are followed item by item, coroutines, processes, branches on results and remote jobs.
"""

import asyncio
import fcntl
import os
import time
from contextlib import contextmanager
from pathlib import Path

import weir
from weir import databricks, flow, task

HERE = Path(__file__).resolve().parent
JOURNAL = HERE / "journal"


def tell(what):
    now = weir.context()
    handle = os.open(JOURNAL, os.O_WRONLY | os.O_APPEND)
    os.write(handle, f"{what} {now.run_id} {now.task} {now.attempt} {now.token}\n".encode())
    os.close(handle)


@contextmanager
def effect():
    """Whoever finds the lock of its task taken is not alone."""
    with open(f"{JOURNAL}.{weir.context().task}.lock", "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            tell("overlap")
        tell("begin")
        yield
        tell("end")


@task
def step(x: int) -> int:
    with effect():
        time.sleep(0.002)
        return x + 1


@task
def look(x: int) -> int:
    with effect():
        return (x * x + 3 * x) // 2


@task
def even(x: int) -> list[int]:
    with effect():
        return [x, x // 2]


@task
def odd(x: int) -> int:
    with effect():
        return 3 * x + 1


@task
async def later(x: int) -> int:
    with effect():
        await asyncio.sleep(0.004)
        return x + 100


@task(runner="processes")
def apart(x: int) -> tuple[int, int]:
    with effect():
        time.sleep(0.02)
        return (x, -x)


@task
def total(*parts: list[int]) -> int:
    with effect():
        return sum(map(sum, parts))


@flow
def busy(script: str) -> list[object]:
    (HERE / "body").write_text(str(os.getpid()))  # which of the workers this is
    workspace = databricks.connect()
    run = weir.context().run_id
    for i in range(3):
        told = [str(JOURNAL), "steady", run, f"job{i}", "{{job.run_id}}"]
        workspace.submit_run(name=f"job{i}", spark_python_task={"python_file": script, "parameters": told})
    x = step(0)
    for _ in range(38):
        x = step(x)
    pairs = apart.map(range(10))
    many = step.with_options(name="many").map(range(42))
    after = step.with_options(name="after").map(many)
    awaited = later.map(range(40))
    found = []
    for i in range(11):
        seen = look(i).result()
        found.append((odd(seen) if seen % 2 else even(seen)).result())
    whole = total(many, after, awaited)
    if whole.result() % 2:
        raise AssertionError("the total is even")
    return [x.result(), found, pairs.result(), step(whole).result()]


if __name__ == "__main__":
    print(busy(os.environ["CRASH_SCRIPT"]))
