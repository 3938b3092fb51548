"""COUNT tasks with DBOS on the SQLite file at PATH, one of four WAYS, in one of two CLASSES.

`disk` is SQLite as DBOS opens it: rollback journal, every commit synced. `process` hands DBOS an engine, as its
documentation allows, with the write-ahead log and synchronous=NORMAL: what weir's default survives, no more, no less.
"""

import asyncio
import json
import os
import sys
import time

import sqlalchemy
from dbos import DBOS

WAY, COUNT, CLASS, PATH = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
PRAGMAS = ("busy_timeout=30000", "foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL")


def engine_with_log():
    engine = sqlalchemy.create_engine(f"sqlite:///{PATH}", pool_size=20)

    @sqlalchemy.event.listens_for(engine, "connect")
    def configure(connection, _):
        connection.isolation_level = "IMMEDIATE"
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    return engine


config = {"name": "bench", "system_database_url": f"sqlite:///{PATH}", "log_level": "CRITICAL"}
if CLASS == "process":
    config["system_database_engine"] = engine_with_log()
DBOS(config=config)


@DBOS.step()
def f(x):
    return x


@DBOS.step()
async def f_async(x):
    return x


@DBOS.workflow()
def one(x):
    return x


@DBOS.workflow()
def in_steps():
    return [f(x) for x in range(COUNT)]


@DBOS.workflow()
async def in_async_steps():
    return await asyncio.gather(*[f_async(x) for x in range(COUNT)])


def in_queue():
    queue = DBOS.register_queue("tasks", polling_interval_sec=0.01)
    return [handle.get_result() for handle in [queue.enqueue(one, x) for x in range(COUNT)]]


def in_workflows():
    return [handle.get_result() for handle in [DBOS.start_workflow(one, x) for x in range(COUNT)]]


WAYS = {
    "steps": in_steps,
    "async steps": lambda: asyncio.run(in_async_steps()),
    "queue": in_queue,
    "workflows": in_workflows,
}

DBOS.launch()
started = time.perf_counter()
values = WAYS[WAY]()
elapsed = time.perf_counter() - started
assert list(values) == list(range(COUNT))
DBOS.destroy()
with open(os.environ["BENCH_TOLD"], "w") as told:
    json.dump({"body": elapsed}, told)
