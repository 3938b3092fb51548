"""Plants faults for the campaign of the workspace, and tells whether the audit sees each."""

import copy
import random

from harness import wait_until
from life import Violation
from tally import Tally
from workspace_audit import violations
from workspace_evidence import rows_of
from workspace_home import WorkspaceHome
from workspace_life import WorkspaceLife
from workspace_order import Order, Step
from workspace_planted import IN_EVIDENCE, IN_TABLES


def prove_workspace(tell):
    """`tell(fault, found)` hears of each."""
    home = WorkspaceHome()
    try:
        sound = life_of(home, "sound", [Step("t0"), Step("t1", "flaky1", ["t0"], retries=1)]).live()
        assert not violations(sound), violations(sound)
        for fault in IN_EVIDENCE:
            changed = copy.deepcopy(sound)
            fault(changed)
            tell(fault, violations(changed))
        for fault in IN_TABLES:
            in_tables(home, fault, tell)
    finally:
        home.end()


def life_of(home, name, steps):
    """Left alone."""
    life = WorkspaceLife(home, f"proof-{name}", [Order(f"proof-{name}", "submit", steps)], random.Random(0), Tally())
    life.kills_left = 0
    return life


def in_tables(home, fault, tell):
    """The second of three tasks is under way when the server is killed."""
    home.known = set(rows_of(home))  # what the fault before has led to is no sign of this one
    steps = [Step("t0"), Step("t1", needs=["t0"], seconds=4), Step("t2", needs=["t1"])]
    life = life_of(home, fault.__name__, steps)
    life.place(life.orders[0])
    wait_until(lambda: " t1 " in life.journal.read_text(), "the second task is under way")
    home.kill()
    fault(life)
    home.start()
    try:
        found = violations(life.live())
    except (Violation, KeyError) as failure:
        found = str(failure).splitlines()
    tell(fault, found)
