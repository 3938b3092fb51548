"""How long it takes to import what a flow's file needs."""

import json
import os
import time

started = time.perf_counter()
from weir import flow, task  # noqa: E402

elapsed = time.perf_counter() - started
assert flow and task
with open(os.environ["BENCH_TOLD"], "w") as told:
    json.dump({"import": elapsed}, told)
