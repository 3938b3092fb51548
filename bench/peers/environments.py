"""A virtual environment for each peer, made when a benchmark first asks for it, of the versions pinned here.

They stay in build/bench, apart from the project's own: nobody needs them but the benchmarks, and a test of Airflow.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from measure import ROOT

PINS = Path(__file__).parent
FOLDER = ROOT / "build/bench"
PYTHON = Path(sys._base_executable).resolve()  # the one interpreter that everything is measured with


class Missing(Exception):
    """A peer cannot be installed here; says why, for people."""


def environment(peer):
    """The folder of programs of the peer's environment. Missing when pip cannot make it."""
    pins = PINS / f"{peer}.txt"
    folder = FOLDER / peer
    stamp = folder / "pins.sha256"
    wanted = hashlib.sha256(pins.read_bytes() + str(PYTHON).encode()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        install(pins, folder)
        stamp.write_text(wanted)
    return folder / "bin"


def install(pins, folder):
    print(f"installing {pins.name} into {folder.relative_to(ROOT)}, once", flush=True)
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"]
    steps = [
        [PYTHON, "-m", "venv", folder],
        [folder / "bin/pip", "install", *options, "--requirement", pins],
    ]
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True)
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip().splitlines() or ["it did not say why"]
            raise Missing(f"{Path(step[0]).name} could not install {pins.name}: {said[-1]}")


def version_of(peer, package):
    """What is pinned of a package."""
    lines = (PINS / f"{peer}.txt").read_text().splitlines()
    return next(line.partition("==")[2] for line in lines if line.startswith(f"{package}=="))
