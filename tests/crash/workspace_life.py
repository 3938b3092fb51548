"""A load on the workspace whose server is killed again and again, until all that was asked of it has ended."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from evidence import read_journal
from life import Violation
from moments import Moment
from processes import wait_until_none
from workspace_evidence import WorkspaceEvidence, rows_of

KILLS = (5, 10)
WARM = 0.3  # how often drivers are started ahead
STARTING = 0.25  # how often a server is killed before it has started
END_SECONDS_MAX = 120
TERMINAL = ("TERMINATED", "SKIPPED", "INTERNAL_ERROR")


class WorkspaceLife:
    """`dice` decide the moments."""

    def __init__(self, home, name, orders, dice, tally):
        self.home, self.name, self.orders, self.dice, self.tally = home, name, orders, dice, tally
        self.journal = home.weir.directory / f"{name}.journal"
        self.journal.touch()
        self.kills_left = dice.randint(*KILLS)
        self.is_warm = dice.random() < WARM
        self.run = None  # of which the campaign would tell
        self.story, self.accepted, self.told = [], {}, {}
        self.over = threading.Event()

    # What happens

    def live(self):
        self.home.choose(self.is_warm)
        with ThreadPoolExecutor(len(self.orders) + 1) as pool:
            orders = [pool.submit(self.see_through, order) for order in self.orders]
            killing = pool.submit(self.kill_again_and_again)
            try:
                for order in orders:
                    order.result()
            finally:
                self.over.set()
                killing.result()
        self.tally.add(runs=len(self.orders), remote=len(self.accepted))
        return self.evidence()

    def see_through(self, order):
        """Asks for it until it is accepted, perhaps for its end, and waits for that. Asked once more afterwards, the
        token must find the same run."""
        self.place(order)
        if order.cancelled:
            self.cancel(order)
        deadline = time.monotonic() + END_SECONDS_MAX
        while not self.has_ended(order):
            if time.monotonic() > deadline:
                raise Violation(f"{order.name} did not end: {self.look(order)}")
            time.sleep(0.05)
        self.place(order)

    def place(self, order):
        path, body = order.request(self.home, self.journal)
        run = self.home.ask(path, body)["run_id"]
        if self.accepted.setdefault(order.name, run) != run:
            raise Violation(f"{order.token} has the runs {self.accepted[order.name]} and {run}")

    def cancel(self, order):
        begun = f"begin {order.name} stuck "
        deadline = time.monotonic() + (END_SECONDS_MAX if order.cancel_after is None else order.cancel_after)
        while begun not in self.journal.read_text() and time.monotonic() < deadline:
            time.sleep(0.01)
        self.home.ask("jobs/runs/cancel", {"run_id": self.accepted[order.name]})

    def has_ended(self, order):
        state = self.look(order)["state"]
        if state["life_cycle_state"] not in TERMINAL:
            return False
        self.told[order.name] = state["result_state"]
        return True

    def look(self, order):
        return self.home.ask(f"jobs/runs/get?run_id={self.accepted[order.name]}")

    # Kills

    def kill_again_and_again(self):
        """A server is there when it ends."""
        try:
            while self.kills_left and not self.over.is_set():
                self.kill()
        finally:
            self.home.start()

    def kill(self):
        moment = Moment(self.dice, 12, 0.8, self.journal)
        if not moment.arrives(Until(self.over)):
            return
        self.home.kill()
        self.count(f"killed at {moment}")
        while self.kills_left and self.dice.random() < STARTING:
            delay = self.dice.choice([0, self.dice.uniform(0, 0.02), self.dice.uniform(0, 0.2)])
            if self.home.kill_while_it_starts(delay):
                self.count(f"killed {1000 * delay:.0f} ms after it began to start")
        self.home.start()

    def count(self, what):
        self.kills_left -= 1
        self.tally.add(kills=1)
        self.story.append(f"{len(read_journal(self.journal))} lines: {what}")

    # What is left of it

    def evidence(self):
        rows = rows_of(self.home)
        fresh = {id for id in rows if id not in self.home.known}
        self.home.known |= fresh
        trees = {rows[id].tree for id in fresh if rows[id].tree}
        left = wait_until_none(lambda: living(trees))
        shown = {}
        for order in self.orders:
            shown[order.name] = self.look(order)["state"]["result_state"]
        return WorkspaceEvidence(
            orders=self.orders,
            accepted=self.accepted,
            told=self.told,
            shown=shown,
            journal=read_journal(self.journal),
            rows={id: rows[id] for id in fresh},
            left=left,
        )


class Until:
    """In the place of a process that a moment waits beside."""

    def __init__(self, event):
        self.event = event

    def poll(self):
        return 0 if self.event.is_set() else None


def living(trees):
    """The processes below the supervisors of drivers that have ended."""
    wanted = {f"WEIR_TREE={tree}".encode() for tree in trees}
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError):  # it has ended, or is somebody else's
            if wanted.intersection(Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")):
                found.append(int(pid))
    return found
