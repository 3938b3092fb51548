"""Plants faults for the campaign of Python flows: in the evidence, in the store of a life under way, in what it leaves
behind."""

import copy
import random
import subprocess

from harness import wait_until
from life import Violation
from planted_stores import remote_token_is_forgotten, success_is_forgotten
from processes import MARK, alive, wait_until_none
from python_audit import violations
from python_home import PythonHome
from python_life import PythonLife
from python_planted import IN_PYTHON_EVIDENCE
from tally import Tally


def prove_python(tell):
    """`tell(fault, found)` hears of each."""
    home = PythonHome()
    try:
        for fault in IN_PYTHON_EVIDENCE:
            changed = copy.deepcopy(home.undisturbed)
            fault(changed)
            tell(fault, violations(changed))
        in_stores(home, success_is_forgotten, tell)
        in_stores(home, remote_token_is_forgotten, tell)
        in_processes(home, tell)
    finally:
        home.weir.end()


def in_stores(home, fault, tell):
    """The engine dies in the middle of the run, its jobs sent; then the store loses something."""
    life = PythonLife(home, f"proof-{fault.__name__}", random.Random(0), Tally(), home.undisturbed.results)
    life.kills_left = 0
    child, _ = life.command(mark := f"{life.name}.0.")
    wait_until(lambda: life.journal.read_text().count(" remote ") >= 2, "jobs have told their lines")
    life.kill(child, mark, "together")
    home.weir.finish(child)
    try:
        life.look_back(mark)
        fault(life)
        life.live()
        found = violations(life.evidence())
    except (Violation, AssertionError) as failure:
        found = str(failure).splitlines()
    tell(fault, found)


def in_processes(home, tell):
    def worker_outlives_its_run(mark):
        return subprocess.Popen(["sleep", "600"], env={MARK: mark})

    left = worker_outlives_its_run("proof-left.1.")
    try:
        tell(worker_outlives_its_run, wait_until_none(lambda: alive("proof-left."), seconds=1))
    finally:
        left.kill()
        left.wait()
