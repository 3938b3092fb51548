"""Thousands of submissions, a fifth of whose answers are lost after the workspace did what they asked: not one run too
many. A few of the runs go on until the end, and the others wait for their place: they need no process.

WEIR_SUBMISSIONS sets how many, WEIR_SEED which answers are lost.
"""

import json
import os
import sqlite3
import unittest
from contextlib import closing

from fault_proxy import lost, seeded
from faults import SUBMIT, FaultTest
from harness import wait_until

COUNT = int(os.environ.get("WEIR_SUBMISSIONS", "5000"))
SEED = int(os.environ.get("WEIR_SEED", "20261127"))
SECONDS_MAX = 600


class Submissions(FaultTest):
    def test_as_many_runs_as_submissions(self):
        each = {"map": list(range(COUNT)), "databricks.submit_run": {"spark_python_task": {"python_file": self.waits}}}
        flow = self.weir.write("many.yaml", json.dumps({"flow": "many", "tasks": {"many": each}}))
        self.proxy.add(seeded(SEED, 0.2, [lost()], SUBMIT))
        child = self.weir.start("run", flow, **self.proxy.environment())
        wait_until(lambda: self.weir.json("runs", "list"), "the run began")
        wait_until(lambda: self.attached() == COUNT, f"all {COUNT} runs are known", SECONDS_MAX)
        child.kill()
        self.weir.finish(child)
        self.weir.kill_workspace()  # it would start the runs that wait, one by one
        self.addCleanup(self.weir, "workspace", "reset", "--yes")
        lost_answers = sum(seen.fault == "lost" for seen in self.proxy.seen)
        self.assertEqual(self.made(), COUNT)
        self.assertGreater(lost_answers, 0.15 * COUNT)
        self.assertEqual(self.proxy.count(SUBMIT), COUNT + lost_answers)
        print(f"{COUNT:,} submissions, {lost_answers:,} answers lost, {self.made():,} runs")

    def attached(self):
        return self.ask("weir.db", "SELECT count(*) FROM event WHERE type = 6")

    def made(self):
        return self.ask("workspace/workspace.db", "SELECT count(*) FROM runs WHERE parent_id = 0")

    def ask(self, file, question):
        with closing(sqlite3.connect(f"file:{self.weir.home}/{file}?mode=ro", uri=True, timeout=30)) as database:
            return database.execute(question).fetchone()[0]


if __name__ == "__main__":
    unittest.main()
