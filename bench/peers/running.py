"""Programs that are measured from start to exit, and servers that run beside them."""

import ctypes
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

servers = set()  # process ids
PROGRAMS = Path(__file__).parent / "programs"
READY_SECONDS_MAX = 120
STOP_SECONDS_MAX = 30
TAIL_LINES = 15


@dataclass
class Sample:
    """One run of a program."""

    whole: float  # seconds from start to exit
    processor: float  # seconds of processor time, those of all that it started too
    told: dict  # what the program itself measured


def run(command, environment, folder):
    """Runs one of the programs, which must succeed. What it measures it writes, as JSON, into the file $BENCH_TOLD."""
    told, log = Path(folder, "told.json"), Path(folder, "program.log")
    told.unlink(missing_ok=True)
    with log.open("w") as output:
        started = time.perf_counter()
        program = subprocess.Popen(
            [str(word) for word in command],
            env={**os.environ, **environment, "BENCH_TOLD": str(told)},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        _, status, used = os.wait4(program.pid, 0)
        whole = time.perf_counter() - started
        program.returncode = os.waitstatus_to_exitcode(status)
        processor = used.ru_utime + used.ru_stime + of_orphans()
    if program.returncode != 0:
        raise SystemExit(f"error: {' '.join(map(str, command))} ended with {program.returncode}\n{tail_of(log)}")
    return Sample(whole, processor, json.loads(told.read_text()) if told.exists() else {})


def adopt_orphans():
    """From here on, what a program leaves behind becomes a child of this process."""
    set_child_subreaper = 36
    if ctypes.CDLL(None, use_errno=True).prctl(set_child_subreaper, 1, 0, 0, 0) != 0:
        raise SystemExit(f"error: prctl: {os.strerror(ctypes.get_errno())}")


def of_orphans():
    """Waits for what a program has left behind: an engine that ends after its flow. Their processor time."""
    own = os.getpid()
    seconds = 0.0
    for child in Path(f"/proc/{own}/task/{own}/children").read_text().split():
        if int(child) not in servers:
            _, _, used = os.wait4(int(child), 0)
            seconds += used.ru_utime + used.ru_stime
    return seconds


def tail_of(log):
    return "\n".join(log.read_text(errors="replace").splitlines()[-TAIL_LINES:])


@contextmanager
def folder_of_its_own():
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def server(command, environment, log, is_ready, user=None):
    """Runs a server until the block ends: it and all that it started are gone then."""
    with log.open("w") as output:
        started = subprocess.Popen(
            [str(word) for word in command],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=log.parent,
            start_new_session=True,
            user=user,
        )
    servers.add(started.pid)
    try:
        wait_until(lambda: started.poll() is not None or is_ready(), f"{command[0]} is not ready", log)
        if started.poll() is not None:
            raise SystemExit(f"error: {command[0]} ended with {started.returncode}\n{tail_of(log)}")
        yield
    finally:
        stop(started)


def stop(started):
    """As Ctrl-C, to the program that leads the session; then whatever is left of the session."""
    if started.poll() is None:
        started.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            started.wait(STOP_SECONDS_MAX)
    with suppress(ProcessLookupError):
        os.killpg(started.pid, signal.SIGKILL)
    started.wait()
    servers.discard(started.pid)


def wait_until(happened, otherwise, log, seconds_max=READY_SECONDS_MAX):
    deadline = time.monotonic() + seconds_max
    while not happened():
        if time.monotonic() > deadline:
            raise SystemExit(f"error: {otherwise} after {seconds_max} seconds\n{tail_of(log)}")
        time.sleep(0.1)
