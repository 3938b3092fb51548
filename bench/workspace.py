"""The embedded workspace: how soon a job's own code runs, beside spark-submit of the same file; how many calls for the
state of runs it answers; and what the way through its port costs a Spark Connect client, beside the direct one.
BENCH_ROUNDS sets another number of starts.
"""

import json
import os
import statistics
import subprocess
import sys
import time

from measure import ROOT, report, report_factor
from peers import spark
from peers.embedded import CLUSTER, PYTHON, Embedded, processor_seconds
from peers.running import PROGRAMS, folder_of_its_own, run

BUILD = ROOT / "build/release"
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "9"))
MOMENTS = {"line": "first line", "spark": "has its Spark", "answer": "Spark has answered"}
ON_CLUSTER_SECONDS, ON_NEW_CLUSTER_SECONDS = 1.5, 4
GOING_ON, CONNECTIONS, STATUS_SECONDS = 10, 4, 15
CALLS_A_SECOND, CALL_MS = 5000, 5
ROUTE_LEAST = 0.7


def main():
    target = "weir_bench_workspace_status"
    subprocess.run(["cmake", "--build", BUILD, "--target", target], check=True, stdout=subprocess.DEVNULL)
    chosen = [PARTS[name] for name in sys.argv[1:]] or PARTS.values()
    return all([part() for part in chosen])


def starting():
    """From the submission of a run, in seconds, to the moments of its program."""
    file = PROGRAMS / "first_line.py"
    warm, cold = {"new_cluster": CLUSTER}, {"new_cluster": CLUSTER | {"spark_env_vars": {"BENCH": "1"}}}
    taken = {"running cluster": [], "new cluster": [], "new cluster, cold": [], spark.NAME: []}
    with folder_of_its_own() as folder, Embedded(folder, "--warm-drivers", "1", "--warm-memory", "0") as workspace:
        where = workspace.upload(file)
        running = {"existing_cluster_id": workspace.cluster()}
        workspace.output(workspace.submit(where, **running))  # the first run of a cluster finds it new
        for _ in range(ROUNDS):
            for name, place in (("running cluster", running), ("new cluster", warm), ("new cluster, cold", cold)):
                workspace.rest(waiting=1)
                taken[name].append(seconds_of(*submitted(workspace, where, place)))
            workspace.rest(waiting=1)
            taken[spark.NAME].append(seconds_of(*spark.submit(file, folder)))
    for name, samples in taken.items():
        told = (f"{what} {median_of(samples, moment):.2f} s" for moment, what in MOMENTS.items())
        print(f"{name:<18} {', '.join(told)}; the slowest of {ROUNDS}: {max(one['line'] for one in samples):.2f} s")
    peer = median_of(taken[spark.NAME], "spark")
    limits = {"running cluster": ON_CLUSTER_SECONDS, "new cluster": ON_NEW_CLUSTER_SECONDS}
    good = [report(f"{name}, line", median_of(taken[name], "line"), "s", limit) for name, limit in limits.items()]
    good += [report(f"{name}, Spark", median_of(taken[name], "spark"), "s", limit) for name, limit in limits.items()]
    for name in limits:
        print(f"{name}, Spark: {median_of(taken[name], 'spark') / peer:.2f} × {spark.NAME}")
    return all(good)


def submitted(workspace, file, place):
    at = time.time_ns()
    return at, json.loads(workspace.output(workspace.submit(file, **place)))


def seconds_of(submitted_at, moments):
    return {moment: (at - submitted_at) / 1e9 for moment, at in moments.items()}


def median_of(samples, moment):
    return statistics.median(sample[moment] for sample in samples)


def status():
    """The server has one processor, the client and the jobs have the others."""
    with folder_of_its_own() as folder, Embedded(folder, "--warm-drivers", "0", "--drivers", GOING_ON) as workspace:
        where, end = workspace.upload(PROGRAMS / "ticking.py"), folder / "end"
        runs = [workspace.submit(where, [str(end)]) for _ in range(GOING_ON)]
        for one in runs:
            workspace.wait(lambda: workspace.state(one)["life_cycle_state"] == "RUNNING", "the runs go on")  # noqa: B023
        everything = os.sched_getaffinity(0)
        own = min(everything)
        os.sched_setaffinity(workspace.pid, {own})
        client = [BUILD / "bench" / "weir_bench_workspace_status", workspace.host, CONNECTIONS, STATUS_SECONDS, *runs]
        before = processor_seconds(workspace.pid)
        done = subprocess.run(
            ["taskset", "--cpu-list", ",".join(map(str, everything - {own} or {own})), *map(str, client)],
            capture_output=True,
            text=True,
            env={**os.environ, "BENCH_TOKEN": workspace.token},
            check=True,
        )
        told = json.loads(done.stdout)
        cores = (processor_seconds(workspace.pid) - before) / told["seconds"]
        end.touch()
        for one in runs:
            workspace.output(one)
    rate = told["calls"] / told["seconds"]
    print(
        f"status of {GOING_ON} runs: {rate:,.0f} calls a second over {CONNECTIONS} connections, "
        f"{cores:.2f} processors; half within {told['half_ms']:.2f} ms, the slowest {told['most_ms']:.1f} ms"
    )
    return report_factor("status calls", rate / CALLS_A_SECOND, f"{CALLS_A_SECOND:,} a second", 1) & report(
        "99 % of them", told["99_ms"], "ms", CALL_MS
    )


def route():
    with folder_of_its_own() as folder, Embedded(folder, "--warm-drivers", "0") as workspace:
        cluster = workspace.cluster(**{"spark.driver.memory": "4g"})  # it holds the result
        folder_of_cluster = workspace.home / "workspace/clusters" / cluster
        ready = json.loads(next(folder_of_cluster.glob("*/ready.json")).read_text())
        through = f"sc://localhost:{workspace.port}/;token={workspace.token};x-databricks-cluster-id={cluster}"
        program = [PYTHON, PROGRAMS / "connect_client.py", f"direct={ready['spark_remote']}", f"route={through}"]
        told = run(program, {}, folder).told
    good = True
    units = {"result": "MB a second of a result", "settings": "settings a second", "queries": "queries a second"}
    for what, unit in units.items():
        direct, routed = (statistics.median(told[name][what]) for name in ("direct", "route"))
        print(f"{unit}: direct {direct:,.0f}, through the workspace's port {routed:,.0f}")
        good &= report_factor(f"route, {what}", routed / direct, "the direct connection", ROUTE_LEAST)
    return good


PARTS = {"starting": starting, "status": status, "route": route}


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
