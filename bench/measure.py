"""What the benchmarks share: running a command many times, and one line for a ratio and its limit."""

import os
import statistics
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WEIR = ROOT / "build/release/bin/weir"


def seconds_of(command, environment=None):
    """Wall-clock time from starting a process to having seen it end. It must succeed; its output is dropped."""
    nothing = os.open(os.devnull, os.O_RDWR)
    try:
        redirect = [(os.POSIX_SPAWN_DUP2, nothing, fd) for fd in (0, 1, 2)]
        started = time.perf_counter()
        pid = os.posix_spawn(command[0], command, environment or os.environ, file_actions=redirect)
        _, status = os.waitpid(pid, 0)
        elapsed = time.perf_counter() - started
    finally:
        os.close(nothing)
    if status != 0:
        raise SystemExit(f"error: {' '.join(command)} ended with status {os.waitstatus_to_exitcode(status)}")
    return elapsed


def medians(commands, rounds, environment=None):
    """The median seconds of each command, taken in turns so that a busy moment touches all of them alike."""
    samples = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            samples[name].append(seconds_of(command, environment))
    return {name: statistics.median(taken) for name, taken in samples.items()}


def report(name, ratio, against, limit):
    """Prints one line; True when the ratio is within its limit."""
    good = ratio <= limit
    print(f"{name:<24} {ratio:8.2f} × {against:<24} limit {limit:g}{'' if good else '   OVER'}")
    return good


def report_factor(name, factor, against, least):
    """The same for how many times faster something is; True when it is at least that."""
    good = factor >= least
    print(f"{name:<24} {factor:8.1f} × as fast as {against}, at least {least:g}{'' if good else '   UNDER'}")
    return good
