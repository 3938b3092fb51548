"""kill -9 at random moments loses nothing and doubles nothing: every flow run ends, one remote run for each task.

WEIR_KILLS says how many moments to try (3 in the suite, 50 by hand), WEIR_SEED which ones.
"""

import os
import random
import signal
import time
import unittest

from harness import WeirTest, submit_flow, wait_until

KILLS = int(os.environ.get("WEIR_KILLS", "3"))
SEED = int(os.environ.get("WEIR_SEED", "20261121"))
KEYS = ["first", "second", "third"]

# Needs no Spark session, so that moments are spread over weir's own work and not over Spark's start.
SCRIPT = "import sys\nprint('done', sys.argv[1])\n"

# Says when its session is there, and goes on only when everybody who knew of it is dead.
SPARK = """
import os, pathlib, time
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
here = pathlib.Path(os.environ["HOME"])
(here / "started").touch()
while not (here / "go").exists():
    time.sleep(0.02)
print("rows:", spark.range(1000).where("id % 2 = 0").count())
"""


class Kill(WeirTest):
    with_workspace = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        where = cls.weir.upload_script("done.py", SCRIPT)
        cls.flow = cls.weir.write("kill.yaml", submit_flow("kill", KEYS, where))
        started = time.monotonic()
        ended = cls.weir("run", cls.flow)
        assert ended.code == 0, ended.err
        cls.duration = time.monotonic() - started
        cls.random = random.Random(SEED)

    def run_ids(self):
        return {run["id"] for run in self.weir.json("runs", "list")}

    def a_run_under_way(self):
        """Starts the flow and waits for a random moment of it; its id is None as long as the run has none."""
        known, moment = self.run_ids(), self.random.uniform(0, self.duration)
        child = self.weir.start("run", self.flow)
        time.sleep(moment)
        return child, lambda: (self.run_ids() - known or {None}).pop(), f"seed {SEED}, killed after {moment:.3f} s"

    def assert_each_task_ran_once(self, run_id):
        shown = self.weir.json("runs", "show", run_id)
        self.assertEqual([task["state"] for task in shown["tasks"]], ["succeeded"] * len(KEYS))
        names = sorted(run["run_name"] for run in self.weir.remote_runs(run_id))
        self.assertEqual(names, sorted(f"{run_id} {key}" for key in KEYS))

    def test_a_killed_weir_resumes_without_doubling_a_remote_run(self):
        killed = 0
        while killed < KILLS:
            child, run_id_of, moment = self.a_run_under_way()
            child.kill()
            ended, run_id = self.weir.finish(child), run_id_of()
            if run_id is None or ended.code == 0:  # too early to have begun, or too late to be killed
                continue
            killed += 1
            with self.subTest(moment):
                self.assert_ended(self.weir("runs", "resume", run_id), 0)
                self.assert_each_task_ran_once(run_id)

    def test_a_killed_workspace_server_is_waited_for_and_loses_no_run(self):
        killed = 0
        while killed < KILLS:
            child, run_id_of, moment = self.a_run_under_way()
            killed += child.poll() is None
            with self.subTest(moment):
                self.weir.kill_workspace()
                self.weir.start_workspace()
                self.assert_ended(self.weir.finish(child), 0)
                self.assert_each_task_ran_once(run_id_of())

    def test_a_spark_job_outlives_both_and_is_found_again(self):
        where = self.weir.upload_script("count.py", SPARK)
        child = self.weir.start("run", self.weir.write("spark.yaml", submit_flow("spark", ["count"], where)))
        started = self.weir.directory / "started"
        wait_until(started.exists, "the job has a Spark session")
        run_id = self.weir.json("runs", "list")[0]["id"]
        child.kill()
        self.assertEqual(self.weir.finish(child).code, -signal.SIGKILL)
        self.weir.kill_workspace()
        (self.weir.directory / "go").touch()
        self.weir.start_workspace()
        self.assert_ended(self.weir("runs", "resume", run_id), 0)
        self.assertEqual(len(self.weir.remote_runs(run_id)), 1)
        self.assertIn("rows: 500", self.weir("runs", "logs", run_id, "count").out)


if __name__ == "__main__":
    unittest.main()
