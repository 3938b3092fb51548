"""A PostgreSQL of the bench's own, on a Unix socket, for peers that may use one. None where it is not installed."""

import os
import pwd
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from peers.running import folder_of_its_own, server

DEBIAN = Path("/usr/lib/postgresql")


def find():
    """The folder of PostgreSQL's programs, or None."""
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    installed = sorted(DEBIAN.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return installed[-1].parent if installed else None


def user():
    """It refuses to run as root: then it runs as the user that its package made."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextmanager
def postgres():
    """Yields the folder of its socket, when the database `bench` exists in it."""
    programs, name = find(), user()
    with folder_of_its_own() as folder:
        if name:
            shutil.chown(folder, name)
        as_user = {"check": True, "capture_output": True, "user": name, "cwd": folder}
        subprocess.run([programs / "initdb", "-D", folder / "data", "-A", "trust", "-U", "bench"], **as_user)
        command = [programs / "postgres", "-D", folder / "data", "-c", "listen_addresses=", "-k", folder]
        asked = [programs / "pg_isready", "-q", "-h", folder]
        log = folder / "postgres.log"
        with server(command, {}, log, lambda: subprocess.run(asked).returncode == 0, name):
            subprocess.run([programs / "createdb", "-h", folder, "-U", "bench", "bench"], **as_user)
            yield folder
