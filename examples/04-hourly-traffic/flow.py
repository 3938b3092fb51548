"""A week of hourly traffic at toll bridges, appended to a table: two branches that join.

    weir workspace start
    ./prepare.sh
    weir run flow.py
    weir run flow.py -p week=2023-01-09

    fetch ──────► load_file ──► append
    create_table ───────────────┘

`append` takes the file that `load_file` names, and waits for `create_table`, which gives it nothing. It tells how many
rows the table has: 1008 after the first week, 2016 after the second, and no more when a week is run again.
"""

import json
import subprocess
from datetime import date, timedelta
from tempfile import NamedTemporaryFile
from typing import TypedDict
from zlib import crc32

from weir import databricks, flow, task

CLUSTER = {"spark_version": "17.3.x-scala2.13", "node_type_id": "local", "num_workers": 2}
PEAKS = {"Harbour": 3000, "Island": 800, "Narrows": 1900}  # vehicles in an hour, at most


class Hour(TypedDict):
    plaza: str
    day: str
    hour: int
    direction: str
    vehicles: int


@task(retries=2, retry_delay="10s")
def fetch(week: date) -> list[Hour]:
    """In place of a service: numbers that look like traffic, always the same for the same week."""
    return [
        Hour(plaza=plaza, day=str(day), hour=hour, direction=direction, vehicles=vehicles(plaza, day, hour, direction))
        for day in (week + timedelta(days) for days in range(7))
        for plaza in PEAKS
        for hour in range(24)
        for direction in ("in", "out")
    ]


def vehicles(plaza: str, day: date, hour: int, direction: str) -> int:
    rush = 8 if direction == "in" else 17
    usual = PEAKS[plaza] * (15 - min(abs(hour - rush), 12)) // 15
    return usual + crc32(f"{plaza} {day} {hour} {direction}".encode()) % 100


@task(retries=2, retry_delay="10s")
def load_file(hours: list[Hour], week: date) -> str:
    """Puts them into the workspace, a JSON a line, and tells where."""
    place = f"dbfs:/traffic/staged/{week}.json"
    with NamedTemporaryFile("w", suffix=".json") as file:
        file.writelines(json.dumps(hour) + "\n" for hour in hours)
        file.flush()
        subprocess.run(["weir", "fs", "cp", "--overwrite", file.name, place], check=True)
    return place


@flow
def hourly_traffic(week: date = date(2023, 1, 2)) -> None:
    dbx = databricks.connect()

    table = dbx.submit_run(
        name="create_table",
        new_cluster=CLUSTER,
        spark_python_task={"python_file": "dbfs:/traffic/create_table.py"},
    )

    file = load_file(fetch(week), week)

    dbx.submit_run(
        name="append",
        new_cluster=CLUSTER,
        notebook_task={
            "notebook_path": "/Shared/traffic/append",
            "base_parameters": {"file": file, "week": str(week)},
        },
        after=table,
        retries=1,
        retry_delay="1m",
    )


if __name__ == "__main__":
    hourly_traffic()
