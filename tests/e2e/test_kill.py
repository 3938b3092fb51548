"""kill -9 at random moments loses nothing and doubles nothing: every flow run ends, one remote run for each task.

WEIR_KILLS says how many moments to try (3 in the suite, 50 by hand), WEIR_SEED which ones. WEIR_KILL_TUTORIAL=1 also
kills the tutorial, whose jobs start Spark: some 45 s a moment.
"""

import os
import random
import signal
import time
import unittest

from harness import ROOT, WeirTest, prepare_tutorial, submit_flow, wait_until

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


class KillTest(WeirTest):
    """Kills a flow of three remote runs, or the workspace under it, at random moments."""

    with_workspace = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flow = cls.prepare_flow()
        started = time.monotonic()
        ended = cls.weir("run", cls.flow)
        assert ended.code == 0, ended.err
        cls.duration = time.monotonic() - started
        cls.random = random.Random(SEED)

    def run_ids(self):
        return {run["id"] for run in self.weir.json("runs", "list")}

    def remote_ids(self):
        return {run["run_id"] for run in self.weir.remote_runs()}

    def a_run_under_way(self):
        """Starts the flow and waits for a random moment of it; its id is None as long as the run has none."""
        known, moment = self.run_ids(), self.random.uniform(0, self.duration)
        child = self.weir.start("run", self.flow)
        time.sleep(moment)
        return child, lambda: (self.run_ids() - known or {None}).pop(), f"seed {SEED}, killed after {moment:.3f} s"

    def assert_each_task_ran_once(self, run_id, remote_before):
        """Every task succeeded, and the workspace's new runs are the three that the tasks name as theirs."""
        tasks = self.weir.json("runs", "show", run_id)["tasks"]
        self.assertEqual({task["state"] for task in tasks}, {"succeeded"})
        named = [task["result"]["run_id"] for task in tasks if "run_id" in task["result"]]
        self.assertEqual(len(named), 3)
        self.assertEqual(self.remote_ids() - remote_before, set(named))

    def say(self, killed, moment):
        """A campaign of an hour shows how far it is."""
        print(f"{killed} of {KILLS}: {moment}", flush=True)

    def kill_and_resume(self):
        killed = 0
        while killed < KILLS:
            remote_before = self.remote_ids()
            child, run_id_of, moment = self.a_run_under_way()
            child.kill()
            ended, run_id = self.weir.finish(child), run_id_of()
            if run_id is None or ended.code == 0:  # too early to have begun, or too late to be killed
                continue
            killed += 1
            with self.subTest(moment):
                self.assert_ended(self.weir("runs", "resume", run_id), 0)
                self.assert_each_task_ran_once(run_id, remote_before)
            self.say(killed, moment)

    def kill_the_workspace(self):
        killed = 0
        while killed < KILLS:
            remote_before = self.remote_ids()
            child, run_id_of, moment = self.a_run_under_way()
            killed += child.poll() is None
            with self.subTest(moment):
                self.weir.kill_workspace()
                self.weir.start_workspace()
                self.assert_ended(self.weir.finish(child), 0)
                self.assert_each_task_ran_once(run_id_of(), remote_before)
            self.say(killed, moment)


class Kill(KillTest):
    @classmethod
    def prepare_flow(cls):
        where = cls.weir.upload_script("done.py", SCRIPT)
        return cls.weir.write("kill.yaml", submit_flow("kill", KEYS, where))

    def test_a_killed_weir_resumes_without_doubling_a_remote_run(self):
        self.kill_and_resume()

    def test_a_killed_workspace_server_is_waited_for_and_loses_no_run(self):
        self.kill_the_workspace()

    def test_a_spark_job_outlives_both_and_is_found_again(self):
        where, remote_before = self.weir.upload_script("count.py", SPARK), len(self.weir.remote_runs())
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
        self.assertEqual(len(self.weir.remote_runs()), remote_before + 1)
        self.assertIn("rows: 500", self.weir("runs", "logs", run_id, "count").out)


@unittest.skipUnless(os.environ.get("WEIR_KILL_TUTORIAL"), "takes an hour: WEIR_KILL_TUTORIAL=1 asks for it")
class KillTutorial(KillTest):
    @classmethod
    def prepare_flow(cls):
        prepare_tutorial(cls.weir)
        return ROOT / "examples/01-tutorial/flow.yaml"

    def test_the_tutorial_killed_at_any_moment_resumes(self):
        self.kill_and_resume()

    def test_the_tutorial_waits_for_a_killed_workspace(self):
        self.kill_the_workspace()


if __name__ == "__main__":
    unittest.main()
