"""weir's Python face in units of what its users would run instead: Prefect 3, DBOS, Airflow 3 and bare Python.

Everything is measured in one run on one machine with one interpreter, in turns. Peers run in the local set-up that was
found to be their fastest in the same run. Where pip cannot install them, weir's own figures are still printed.
"""

import os
import statistics
import sys

from measure import medians, report, report_factor
from peers import airflow, dbos, environments, memory, prefect, weir
from peers.contest import ROUNDS, contest, whole_of
from peers.running import PROGRAMS, adopt_orphans, folder_of_its_own

START_ROUNDS = 41
COMPUTE_ROUNDS = 5
AIRFLOW_TASKS = 50


def main():
    print(f"Python {sys.version.split()[0]} on {os.cpu_count()} processors, load {load()}", flush=True)
    adopt_orphans()
    weir.install()
    good = all([starting(), memory.flat(), computing()])
    for peers in (beside_dbos, beside_prefect, beside_airflow):
        try:
            good &= peers()
        except environments.Missing as reason:
            print(f"not measured: {reason}", flush=True)
    print(f"load {load()} at the end")
    return good


def load():
    return " ".join(f"{value:.1f}" for value in os.getloadavg())


def starting():
    python = str(environments.PYTHON)
    with folder_of_its_own() as folder:
        commands = {
            "python -c pass": [python, "-c", "pass"],
            "one task": [python, str(PROGRAMS / "weir_one_task.py")],
        }
        taken = medians(commands, START_ROUNDS, os.environ | weir.SETTINGS | {"WEIR_HOME": str(folder)})
    bare = taken["python -c pass"]
    imports = statistics.median(weir.importing().told["import"] for _ in range(START_ROUNDS))
    print(f"starting: python -c pass {bare * 1e3:.1f} ms, one durable task {taken['one task'] * 1e3:.1f} ms")
    return all(
        [
            report("from weir import …", imports * 1e3, "ms", 50),
            report("python one_task.py", taken["one task"] / bare, "python -c pass", 1.5),
        ]
    )


def computing():
    """What weir adds to ten bodies of half a second.

    On a machine with other work, two runs of bare Python differ by more than the 2 % that are promised. Two figures see
    through that: the time outside of the bodies, and the least processor time, which would show slower bodies too.
    """
    weirs, bares = [], []
    for _ in range(COMPUTE_ROUNDS):
        bares.append(weir.bare_fibo(10, 33))
        weirs.append(weir.fibo(10, 33))
    for name, samples in (("bare Python", bares), ("weir", weirs)):
        wholes = sorted(sample.whole for sample in samples)
        print(f"10 × fibo(33), {name}: {statistics.median(wholes):.2f} s, from {wholes[0]:.2f} to {wholes[-1]:.2f}")
    processor = min(it.processor for it in weirs) / min(it.processor for it in bares)
    added = statistics.median(map(around, weirs)) - statistics.median(map(around, bares))
    whole = 1 + added / statistics.median(it.told["bodies"] for it in bares)
    return all(
        [
            report("around 10 × fibo(33)", whole, "bare Python", 1.02),
            report("processor time of it", processor, "bare Python", 1.02),
        ]
    )


def around(sample):
    """The seconds of a whole process that are not in its bodies."""
    return sample.whole - sample.told["bodies"]


def beside_dbos():
    ways = [(way, durability) for durability in ("disk", "process") for way in dbos.WAYS]
    return contest(dbos.NAME, lambda way, count: dbos.tasks(way[0], count, way[1]), ways, 500, 1000, 10_000, 30)


def beside_prefect():
    def run(way, count):
        with prefect.prefect(way[1]) as it:  # one of its own: a server is busy with tasks for long after they end
            return it.tasks(way[0], count)

    ways = [(way, setup) for setup in prefect.setups() for way in prefect.WAYS]
    return contest(prefect.NAME, run, ways, 200, 500, 1000, 200) & sequence()


def sequence():
    """40 × fibo(10), whole processes; a server of Prefect runs before and is not counted."""
    measured = {"weir": []}
    for _ in range(ROUNDS):
        for setup in prefect.setups():
            with prefect.prefect(setup) as it:
                measured.setdefault(setup, []).append(it.fibo(40, 10))
        measured["weir"] += [weir.fibo(40, 10) for _ in range(ROUNDS)]
    seconds = {name: whole_of(samples) for name, samples in measured.items()}
    print("40 × fibo(10), seconds: " + ", ".join(f"{name} {taken:.3f}" for name, taken in seconds.items()))
    ours = seconds.pop("weir")
    setup = min(seconds, key=seconds.get)
    return report_factor("40 × fibo(10)", seconds[setup] / ours, f"{prefect.NAME} ({setup})", 100)


def beside_airflow():
    print(f"{airflow.NAME}, {AIRFLOW_TASKS} mapped tasks, no limit:")
    for way, seconds in airflow.tasks(AIRFLOW_TASKS).items():
        ours = weir.tasks(AIRFLOW_TASKS).whole
        print(f"  {way:<20} {seconds:8.1f} s   weir, from start to exit {ours:.3f} s, {seconds / ours:,.0f} ×")
    return True


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
