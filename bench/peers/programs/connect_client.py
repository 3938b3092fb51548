"""PySpark's client of Spark Connect, with one session for each address, in turns: connect_client.py NAME=ADDRESS…

Writes {name: {what: [amount a second, …]}}: megabytes of a large result, calls that look at a setting, small queries.
"""

import json
import os
import sys
import time
from pathlib import Path

from pyspark.sql import SparkSession

ROUNDS = 5
ROWS = 3_000_000  # of some hundred bytes
SETTINGS, QUERIES = 500, 40


def result(session):
    rows = session.range(ROWS).selectExpr("id", "repeat('x', 100) AS text").toArrow()
    assert rows.num_rows == ROWS
    return rows.nbytes / 1e6


def settings(session):
    for _ in range(SETTINGS):
        assert session.conf.get("spark.sql.ansi.enabled")
    return SETTINGS


def queries(session):
    for i in range(QUERIES):
        assert session.range(i).count() == i
    return QUERIES


def main():
    addresses = dict(word.split("=", 1) for word in sys.argv[1:])
    sessions = {name: SparkSession.builder.remote(address).create() for name, address in addresses.items()}
    told = {name: {work.__name__: [] for work in (result, settings, queries)} for name in sessions}
    for turn in range(ROUNDS + 1):  # the first warms up
        for work in (result, settings, queries):
            for name, session in sessions.items():
                began = time.perf_counter()
                amount = work(session)
                if turn > 0:
                    told[name][work.__name__].append(amount / (time.perf_counter() - began))
    Path(os.environ["BENCH_TOLD"]).write_text(json.dumps(told))


if __name__ == "__main__":
    main()
