"""How Airflow waits for runs of Databricks: triggers of its provider, many of them in the event loop of one process."""

import json
import statistics

from peers import environments
from peers.running import PROGRAMS, folder_of_its_own, run
from peers.workspace import Workspace

NAME = f"Airflow's trigger {environments.version_of('airflow_databricks', 'apache-airflow-providers-databricks')}"
WINDOW_SECONDS = 120
ENDS_A_SECOND = 1.5


def watch(build, runs, seed):
    """The cores and bytes of such a process, its interval, and how late it noticed each end, in seconds."""
    programs = environments.environment("airflow_databricks")
    with folder_of_its_own() as folder, Workspace(build) as workspace:
        ids = [workspace.submit() for _ in range(runs)]
        workspace.tell("pace", on=True)
        settings = {
            "AIRFLOW_HOME": str(folder),
            "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
            "AIRFLOW_CONN_BENCH": connection_to(workspace.host),
            "BENCH_HOST": workspace.host,
            "BENCH_RUN_IDS": json.dumps(ids),
            "BENCH_ENDS": str(int(WINDOW_SECONDS * ENDS_A_SECOND)),
            "BENCH_SECONDS": str(WINDOW_SECONDS),
            "BENCH_SEED": str(seed),
            "DO_NOT_TRACK": "1",
        }
        told = run([programs / "python", PROGRAMS / "airflow_databricks.py"], settings, folder).told
        report = workspace.report()
    late = [told["noticed_ms"][str(ended["run_id"])] - ended["ended_ms"] for ended in report["ended"]]
    return {
        "cores": told["processor"] / told["seconds"],
        "resident": told["resident"],
        "interval": statistics.median(report["gaps_ms"]) / 1000,
        "late": [milliseconds / 1000 for milliseconds in late],
    }


def connection_to(host):
    schema, _, address = host.partition("://")
    name, _, port = address.partition(":")
    return json.dumps(
        {"conn_type": "databricks", "host": name, "port": int(port), "schema": schema, "password": "dapi-bench"}
    )
