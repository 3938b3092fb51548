"""Kills weir at random moments and audits what is left.

crash.py [--kills N] [--seed S] [--jobs J]   lives until so many kills are done; stops at the first violation
crash.py --number K [--seed S]               the K-th lives of a seed alone
crash.py --python …                          the same of Python flows, their workers and engines
crash.py --workspace …                       the same of the workspace's server, under a mixed load
crash.py --prove                             plants faults and tells whether the audits see each
"""

import argparse
import os
import sys
import tempfile
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

if os.path.isdir("/dev/shm"):
    tempfile.tempdir = "/dev/shm"  # a disk that nothing waits for: kills lose processes, not power

import audit
import python_audit
import workspace_audit
import workspace_evidence
from home import Home
from life import Violation
from prove import prove
from python_home import PythonHome
from records import integrity
from tally import Tally
from workspace_home import WorkspaceHome

KINDS = {
    "flows": (Home, audit.violations, lambda home: integrity(home.weir.home)),
    "python": (PythonHome, python_audit.violations, lambda home: integrity(home.weir.home)),
    "workspace": (WorkspaceHome, workspace_audit.violations, workspace_evidence.integrity),
}


class Campaign:
    def __init__(self, kills, seed, kind):
        self.kills, self.seed = kills, seed
        self.make_home, self.violations, self.integrity = KINDS[kind]
        self.tally, self.number = Tally(), 0
        self.lock, self.failed = threading.Lock(), threading.Event()

    def next_number(self):
        with self.lock:
            self.number += 1
            return self.number

    def work(self):
        """One home's share: its own store, its own workspace."""
        home, number = self.make_home(), 0
        try:
            while not self.failed.is_set() and self.tally.kills < self.kills:
                number = self.next_number()
                self.live(home, number)
            if found := self.integrity(home):
                self.report(home, number, [], found)
        finally:
            if home.is_kept:
                home.weir("workspace", "stop")
            else:
                home.end()

    def live(self, home, number):
        lives = home.draw_lives(self.seed, number, self.tally)
        try:
            evidence = home.live(lives)
            found = [
                f"{life.name}: {what}"
                for life, one in zip(lives, evidence, strict=True)
                for what in self.violations(one)
            ]
            self.tally.add(lines=sum(len(one.journal) for one in evidence))
        except (Violation, AssertionError) as failure:
            found = str(failure).splitlines()
        except Exception:  # a fault of the campaign itself stops it too, and is told like the others
            found = traceback.format_exc().splitlines()
        if found:
            self.report(home, number, lives, found)
        self.tally.say_now_and_then()

    def report(self, home, number, lives, found):
        self.failed.set()
        home.is_kept = True
        with self.lock:
            print(f"violation in seed {self.seed}, number {number}; kept: {home.weir.directory}")
            for what in found:
                print(f"  {what}")
            for life in lives:
                print(f"  {life.name}, run {life.run}:")
                print("".join(f"    {step}\n" for step in life.story), end="", flush=True)

    def run(self, jobs):
        with ThreadPoolExecutor(jobs) as pool:
            homes = [pool.submit(self.work) for _ in range(jobs)]
        for home in homes:
            home.result()
        print(self.tally.total(), flush=True)
        return 1 if self.failed.is_set() else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--number", type=int, help="only these lives of the seed")
    parser.add_argument("--python", action="store_const", const="python", dest="kind", help="Python flows")
    parser.add_argument("--workspace", action="store_const", const="workspace", dest="kind", help="its server")
    parser.add_argument("--prove", action="store_true", help="does the audit see planted faults?")
    asked = parser.parse_args()
    if asked.prove:
        return prove(asked.seed, asked.kind)
    campaign = Campaign(1 if asked.number else asked.kills, asked.seed, asked.kind or "flows")
    campaign.number = asked.number - 1 if asked.number else 0
    return campaign.run(1 if asked.number else asked.jobs)


if __name__ == "__main__":
    sys.exit(main())
