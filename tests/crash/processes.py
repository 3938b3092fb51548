"""Finds processes by a mark in their environment, which everything they start inherits."""

import os
import time
from pathlib import Path

MARK = "CRASH_MARK"


def marked(prefix):
    """The living processes of tasks whose mark begins so, as "pid command". A workspace server is none of them: weir
    starts one where it finds none, and the server and its remote runs outlive it."""
    found, wanted = [], f"{MARK}={prefix}".encode()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            is_supervisor = command[1:2] == [b"exec-shim"] and command[3:4] != [b""]
            is_task = any(variable.startswith(b"WEIR_RUN_ID=") for variable in environment)
            if (is_supervisor or is_task) and any(variable.startswith(wanted) for variable in environment):
                found.append(f"{pid} {b' '.join(command).decode(errors='replace')}")
        except OSError:  # it has ended, or is somebody else's
            continue
    return found


def alive(prefix):
    """Every living process whose mark begins so: pid and command. For lives whose commands start no workspace."""
    found, wanted = [], f"{MARK}={prefix}".encode()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            if any(variable.startswith(wanted) for variable in environment):
                command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                found.append((int(pid), command))
        except OSError:  # it has ended, or is somebody else's
            continue
    return found


def wait_until_gone(prefix, seconds=10):
    """What is still alive after that time."""
    return wait_until_none(lambda: marked(prefix), seconds)


def wait_until_none(find, seconds=10):
    """What it still finds after that time."""
    deadline = time.monotonic() + seconds
    while (left := find()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return left
