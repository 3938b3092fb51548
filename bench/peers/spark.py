"""Spark itself, without a workspace: spark-submit of the same PySpark, with the same settings of this machine."""

import json
import os
import subprocess
import time

from measure import ROOT

SUBMIT, PYTHON = ROOT / ".venv/bin/spark-submit", ROOT / ".venv/bin/python"
NAME = "spark-submit"
SETTINGS = ["--master", "local[2]", "--conf", "spark.ui.enabled=false"]


def submit(file, folder):
    """What the file says of its moments, and when it was submitted."""
    surroundings = {**os.environ, "PYSPARK_PYTHON": str(PYTHON)}
    submitted = time.time_ns()
    done = subprocess.run(
        [SUBMIT, *SETTINGS, file], capture_output=True, text=True, cwd=folder, env=surroundings, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"error: {NAME} ended with {done.returncode}\n{done.stderr}")
    return submitted, json.loads(done.stdout.splitlines()[-1])
