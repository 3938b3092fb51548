"""As many of Airflow's triggers as there are runs, in one event loop, as its triggerer has them."""

import asyncio
import json
import os
import resource
import time
import urllib.request
from pathlib import Path

from airflow.providers.databricks.triggers.databricks import DatabricksExecutionTrigger

POLLING_SECONDS = 30  # its default
WARM_UP_SECONDS = 2 * POLLING_SECONDS
noticed_ms = {}


def tell(what, **order):
    request = urllib.request.Request(f"{os.environ['BENCH_HOST']}/bench/{what}", json.dumps(order).encode())
    urllib.request.urlopen(request, timeout=60).close()


async def wait_for(run_id):
    trigger = DatabricksExecutionTrigger(
        run_id=run_id, databricks_conn_id="bench", polling_period_seconds=POLLING_SECONDS, run_page_url=None
    )
    async for _ in trigger.run():
        noticed_ms[run_id] = time.time() * 1000


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def resident_bytes():
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


async def main():
    ends = int(os.environ["BENCH_ENDS"])
    waiting = []
    run_ids = json.loads(os.environ["BENCH_RUN_IDS"])
    for run_id in run_ids:
        waiting.append(asyncio.create_task(wait_for(run_id)))
        await asyncio.sleep(POLLING_SECONDS / len(run_ids))  # together they would be refused, and give up
    await asyncio.sleep(WARM_UP_SECONDS)
    tell("measure")
    tell("end", count=ends, seconds=int(os.environ["BENCH_SECONDS"]), seed=int(os.environ["BENCH_SEED"]))
    before, began = processor_seconds(), time.monotonic()
    while len(noticed_ms) < ends:
        await asyncio.sleep(0.1)
        for trigger in waiting:
            if trigger.done():
                trigger.result()  # raises what it raised
    told = {
        "processor": processor_seconds() - before,
        "seconds": time.monotonic() - began,
        "resident": resident_bytes(),
        "noticed_ms": noticed_ms,
    }
    Path(os.environ["BENCH_TOLD"]).write_text(json.dumps(told))
    os._exit(0)  # the rest of the runs go on for ever


asyncio.run(main())
