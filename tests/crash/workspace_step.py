"""A task of the campaign, as a job of the workspace: it tells the journal what it does.

workspace_step.py JOURNAL BEHAVIOUR SECONDS ORDER KEY TASK_RUN JOB_RUN
"""

import fcntl
import os
import signal
import sys
import time
from pathlib import Path

journal, behaviour, seconds, order, key, task_run, job_run = sys.argv[1:]


def tell(what):
    handle = os.open(journal, os.O_WRONLY | os.O_APPEND)
    os.write(handle, f"{what} {order} {key} {task_run} {job_run}\n".encode())
    os.close(handle)


# Held until the process ends: whoever finds it taken is not alone.
lock = os.open(f"{journal}.{order}.{key}.lock", os.O_CREAT | os.O_RDWR)
try:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    tell("overlap")
tell("begin")
if behaviour == "endless":
    signal.pause()
if behaviour == "spark":
    from pyspark.sql import SparkSession

    assert SparkSession.builder.getOrCreate().range(1000).where("id % 2 = 0").count() == 500
time.sleep(float(seconds))
failed = Path(journal).read_text().count(f"fail {order} {key} ")
if behaviour == "doomed" or (behaviour.startswith("flaky") and failed < int(behaviour.removeprefix("flaky"))):
    tell("fail")
    sys.exit("not yet")
tell("end")
