"""The engine in units of what limits it, each measured in the same run.

Throughput against SQLite inserting the same rows, hops against fdatasync and a round trip between two threads, a
cold start against /bin/true. Absolute figures beside: tasks a second, bytes a task.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile

from measure import ROOT, medians, report

BUILD = ROOT / "build/release"
PROGRAM = BUILD / "bench/weir_bench_engine"
MILLION = 1_000_000
ROUNDS = 5


def measure(*arguments, rounds=ROUNDS):
    """The median of each figure over the rounds, and of each ratio that is asked of them."""
    samples = []
    for _ in range(rounds):
        done = subprocess.run([PROGRAM, *map(str, arguments)], check=True, capture_output=True, text=True)
        samples.append(json.loads(done.stdout))
    return samples


def median(samples, figure):
    return statistics.median(figure(sample) for sample in samples)


def throughput():
    good = True
    for durability in ("process", "disk"):
        samples = measure("throughput", MILLION, durability)
        speed = median(samples, lambda it: it["tasks"] / it["engine"])
        print(f"1 M tasks, {durability}: {speed:,.0f} tasks/s, {2 * speed:,.0f} durable events/s")
        ratio = median(samples, lambda it: it["engine"] / it["raw"])
        good &= report(f"1 M tasks ({durability})", ratio, "raw SQLite, same rows", 2.0)
        if durability == "process":
            small = median(measure("throughput", 10_000), lambda it: it["engine"] / it["tasks"])
            large = median(samples, lambda it: it["engine"] / it["tasks"])
            good &= report("a task of 1 M", large / small, "a task of 10 k", 1.2)
            good &= report("memory of a task", median(samples, lambda it: it["bytes_a_task"]), "byte", 120)
    return good


def hops():
    good = True
    for durability, limit, factor in (("process", "pipe round trip", 3.0), ("disk", "fdatasync", 1.5)):
        samples = measure("hop", 1000, durability)
        hop = median(samples, lambda it: it["hop"])
        print(f"hop, {durability}: {hop * 1e6:.1f} µs")
        good &= report(f"hop ({durability})", median(samples, lambda it: it["hop"] / it["limit"]), limit, factor)
    samples = measure("blocked", MILLION, rounds=3)
    good &= report("hop beside 1 M blocked", median(samples, lambda it: it["crowded"] / it["alone"]), "alone", 1.5)
    return good


def restart():
    seconds = median(measure("restart", MILLION, rounds=3), lambda it: it["first_attempt"])
    return report("restart, 1 M half done", seconds, "second to first task", 3)


def cold_start():
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"WEIR_HOME": home}
        commands = {"true": ["/bin/true"], "flow": [str(BUILD / "bench/weir_bench_one_task"), "run", "--quiet"]}
        seconds = medians(commands, 41, environment)
    print(f"cold start: {seconds['flow'] * 1e3:.1f} ms, /bin/true {seconds['true'] * 1e3:.1f} ms")
    return report("a durable C++ flow", (seconds["flow"] - seconds["true"]) * 1e3, "ms above /bin/true", 5)


def main():
    targets = ["weir_bench_engine", "weir_bench_one_task"]
    subprocess.run(["cmake", "--build", BUILD, "--target", *targets], check=True, stdout=subprocess.DEVNULL)
    return all([throughput(), hops(), restart(), cold_start()])


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
