"""Thousands of submissions, a fifth of whose answers are lost after the workspace did what they asked: not one run too
many. All but the first of the runs wait in the queue of their job, so that they need no process.

WEIR_SUBMISSIONS sets how many, WEIR_SEED which answers are lost.
"""

import json
import os
import sqlite3
import unittest
from contextlib import closing

from fault_proxy import lost, seeded
from faults import FaultTest
from harness import wait_until

COUNT = int(os.environ.get("WEIR_SUBMISSIONS", "5000"))
SEED = int(os.environ.get("WEIR_SEED", "20261127"))
RUN_NOW = "jobs/run-now"
SECONDS_MAX = 600


class Submissions(FaultTest):
    def test_as_many_runs_as_submissions(self):
        tasks = [{"task_key": "waits", "spark_python_task": {"python_file": self.waits}}]
        job = self.weir.post("jobs/create", name="many", tasks=tasks, max_concurrent_runs=1)["job_id"]
        each = {"map": list(range(COUNT)), "databricks.run_now": {"job_id": job, "queue": {"enabled": True}}}
        flow = self.weir.write("many.yaml", json.dumps({"flow": "many", "tasks": {"many": each}}))
        self.proxy.add(seeded(SEED, 0.2, [lost()], RUN_NOW))
        child = self.weir.start("run", flow, **self.proxy.environment())
        wait_until(lambda: self.weir.json("runs", "list"), "the run began")
        wait_until(lambda: self.attached() == COUNT, f"all {COUNT} runs are known", SECONDS_MAX)
        child.kill()
        self.weir.finish(child)
        self.weir.post("jobs/runs/cancel-all", job_id=job)
        lost_answers = sum(seen.fault == "lost" for seen in self.proxy.seen)
        self.assertGreater(lost_answers, 0.15 * COUNT)
        self.assertEqual(self.proxy.count(RUN_NOW), COUNT + lost_answers)
        self.assertEqual(self.made(), COUNT)
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
