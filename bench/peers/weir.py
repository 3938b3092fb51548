"""weir itself, run the ways a person runs it, with a state folder of its own for each measurement."""

import compileall
import shutil

from measure import ROOT, WEIR
from peers.environments import FOLDER, PYTHON
from peers.running import PROGRAMS, folder_of_its_own, run

PACKAGE = FOLDER / "package"
SETTINGS = {"PYTHONPATH": str(PACKAGE), "WEIR_BINARY": str(WEIR), "WEIR_PYTHON": str(PYTHON)}


def install():
    """The package of this tree, compiled to bytecode as pip does it for the peers."""
    shutil.rmtree(PACKAGE, ignore_errors=True)
    shutil.copytree(ROOT / "python", PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    if not compileall.compile_dir(PACKAGE, quiet=1):
        raise SystemExit(f"error: {PACKAGE} does not compile")


def tasks(count, durability="process"):
    """`process` as `python many.py`, which is the default; `disk` as `weir run --durability disk`."""
    program = PROGRAMS / "weir_tasks.py"
    if durability == "process":
        return measured([PYTHON, program, count])
    return measured([WEIR, "run", "--durability", durability, f"{program}:many", "-p", f"count={count}"])


def importing():
    return measured([PYTHON, PROGRAMS / "weir_import.py"])


def fibo(times, n):
    """With a state folder that has been used before, as peers have servers that have."""
    with folder_of_its_own() as folder:
        once_before = [PYTHON, PROGRAMS / "weir_one_task.py"]
        run_in(folder, once_before)
        return run_in(folder, [PYTHON, PROGRAMS / "weir_fibo.py", times, n])


def bare_fibo(times, n):
    return measured([PYTHON, PROGRAMS / "fibonacci.py", times, n])


def measured(command):
    with folder_of_its_own() as folder:
        return run_in(folder, command)


def run_in(folder, command):
    return run(command, {**SETTINGS, "WEIR_HOME": str(folder / "home")}, folder)
