"""Ten thousand runs of a workspace watched by one process, beside what Airflow's triggerer does.

A stand-in server (databricks_server.cpp) takes the runs, refuses what goes beyond the rates that Databricks publishes,
and ends runs at moments of a seed. weir is held to 15 calls a second, killed with SIGKILL while it submits and while it
watches, and taken up again. Airflow's own trigger polls a tenth of the runs, as one triggerer process is meant to.
BENCH_RUNS sets another number of runs.
"""

import json
import os
import sqlite3
import statistics
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, contextmanager
from pathlib import Path

from measure import ROOT, report
from peers import airflow_databricks, environments
from peers.running import folder_of_its_own, wait_until
from peers.workspace import Workspace

BUILD = ROOT / "build/release"
RUNS = int(os.environ.get("BENCH_RUNS", "10000"))
PAGE = 25  # runs in one answer of runs/list
CALLS = 15  # a second, of weir while it watches
QUICK = 1000  # … while it submits, and while it collects what is left at the end
SEED = 20261127
WINDOW_SECONDS = 120
ENDS_A_SECOND = 1.5
PATIENCE_SECONDS = 900
ATTACHED, SUCCEEDED = 6, 7  # types of events in the store


class Weir:
    """One flow of all the runs, in a folder that outlives its processes."""

    def __init__(self, folder, workspace):
        self.folder, self.workspace, self.log = folder, workspace, folder / "weir.log"

    @contextmanager
    def watching(self, calls):
        """A process that watches at this rate, killed with SIGKILL at the end of the block."""
        with self.log.open("w") as log:
            command = [BUILD / "bench/weir_bench_databricks_watch", self.folder, self.workspace.host, RUNS, calls]
            process = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def events(self, kind):
        """Of each event of a type: its task, its time in milliseconds, its body."""
        with closing(sqlite3.connect(f"file:{self.folder}/weir.db?mode=ro", uri=True, timeout=30)) as database:
            rows = database.execute("SELECT task, at_us, body FROM event WHERE type = ?", [kind]).fetchall()
        return [(task, at_us / 1000, body) for task, at_us, body in rows]

    def count(self, kind):
        with closing(sqlite3.connect(f"file:{self.folder}/weir.db?mode=ro", uri=True, timeout=30)) as database:
            return database.execute("SELECT count(*) FROM event WHERE type = ?", [kind]).fetchone()[0]

    def wait(self, happened, otherwise):
        wait_until(happened, otherwise, self.log, PATIENCE_SECONDS)


def processor_seconds(process):
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(process):
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def submit(weir):
    """Killed in the middle; all runs are there at the end, and known."""
    with weir.watching(QUICK):
        weir.wait(lambda: weir.workspace.report()["runs"] >= RUNS // 2, "half of the runs are not submitted")
    with weir.watching(QUICK):
        weir.wait(lambda: weir.count(ATTACHED) == RUNS, "not all runs are submitted")


def watch(weir):
    """The figures of a process that is left alone, and killed in the end."""
    workspace = weir.workspace
    workspace.tell("pace", on=True)
    workspace.tell("measure")
    with weir.watching(CALLS) as process:
        rounds = 2 * RUNS / PAGE
        weir.wait(lambda: workspace.report()["calls"].get("list", 0) > rounds, "the runs are not looked at twice")
        workspace.tell("measure")
        before, began = processor_seconds(process), time.monotonic()
        ends = int(WINDOW_SECONDS * ENDS_A_SECOND)
        workspace.tell("end", count=ends, seconds=WINDOW_SECONDS, seed=SEED)
        weir.wait(lambda: weir.count(SUCCEEDED) == ends, "not all ends are noticed")
        cores = (processor_seconds(process) - before) / (time.monotonic() - began)
        return cores, resident_bytes(process), noticed(weir)


def noticed(weir):
    """The time between two looks at a run, and how much later than its end each run's success was recorded."""
    told = weir.workspace.report()
    recorded = {json.loads(body)["run_id"]: at for _, at, body in weir.events(SUCCEEDED)}
    late = [recorded[run["run_id"]] - run["ended_ms"] for run in told["ended"]]
    return statistics.median(told["gaps_ms"]) / 1000, [seconds / 1000 for seconds in late], told["calls"]


def finish(weir):
    """Taken up after the kill; every run ends. True when none was missed and none doubled."""
    weir.workspace.tell("pace", on=False)
    with weir.watching(QUICK) as process:
        weir.workspace.tell("end", count=RUNS, seconds=20, seed=SEED)
        weir.wait(lambda: process.poll() is not None, "the flow does not end")
    ends = Counter(task for task, _, _ in weir.events(SUCCEEDED))
    ids = {json.loads(body)["run_id"] for _, _, body in weir.events(SUCCEEDED)}
    there = weir.workspace.report()["runs"]
    print(f"after two kills: {there:,} runs in the workspace, {len(ids):,} collected, {ends.total():,} successes")
    return there == len(ids) == len(ends) == ends.total() == RUNS


def distribution(name, interval, late):
    ratios = sorted(seconds / interval for seconds in late)
    marks = {"half": 0.5, "90 %": 0.9, "99 %": 0.99, "all": 1}
    told = ", ".join(f"{mark} within {ratios[int(at * (len(ratios) - 1))]:.2f}" for mark, at in marks.items())
    print(f"{name}: {len(ratios)} ends noticed, an interval is {interval:.1f} s; of it, {told}")
    return ratios[-1]


def main():
    targets = ["weir_bench_databricks_server", "weir_bench_databricks_watch"]
    subprocess.run(["cmake", "--build", BUILD, "--target", *targets], check=True, stdout=subprocess.DEVNULL)
    with folder_of_its_own() as folder, Workspace(BUILD) as workspace:
        weir = Weir(folder, workspace)
        submit(weir)
        cores, resident, (interval, late, calls) = watch(weir)
        whole = finish(weir)
    refused = calls.pop("refused", 0)
    print(f"calls while {RUNS:,} are watched: {calls}, {refused} refused")
    worst = distribution("weir", interval, late)
    print(f"weir: {cores:.4f} cores, {resident / 2**20:.0f} MiB for {RUNS:,} runs")
    good = all(
        [
            report("watching", cores, "core", 0.1),
            report("memory of a run", resident / RUNS / 1024, "KiB", 15),
            report("noticing an end", worst, "interval", 1.05),
        ]
    )
    try:
        return good & beside_airflow(cores / RUNS, resident / RUNS) & whole
    except environments.Missing as reason:
        print(f"not measured: {reason}")
        return good & whole


def beside_airflow(cores_of_a_run, bytes_of_a_run):
    runs = max(1, RUNS // 10)
    theirs = airflow_databricks.watch(BUILD, runs, SEED)
    distribution(airflow_databricks.NAME, theirs["interval"], theirs["late"])
    mebibytes = theirs["resident"] / 2**20
    print(f"{airflow_databricks.NAME}: {theirs['cores']:.4f} cores, {mebibytes:.0f} MiB for {runs:,} runs")
    return all(
        [
            report("processor of a run", cores_of_a_run / (theirs["cores"] / runs), airflow_databricks.NAME, 0.05),
            report("memory of a run", bytes_of_a_run / (theirs["resident"] / runs), airflow_databricks.NAME, 0.2),
        ]
    )


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
