"""COUNT tasks with Prefect, one of three WAYS: called, submitted or mapped."""

import json
import os
import sys
import time

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

WAY, COUNT = sys.argv[1], int(sys.argv[2])


@task(cache_policy=NO_CACHE, persist_result=False)
def f(x):
    return x


def results():
    if WAY == "map":
        return f.map(range(COUNT)).result()
    if WAY == "submit":
        return [future.result() for future in [f.submit(x) for x in range(COUNT)]]
    return [f(x) for x in range(COUNT)]


@flow
def many():
    started = time.perf_counter()
    values = results()
    elapsed = time.perf_counter() - started
    assert values == list(range(COUNT))
    return elapsed


with open(os.environ["BENCH_TOLD"], "w") as told:
    json.dump({"body": many()}, told)
