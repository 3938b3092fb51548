"""How many drivers the embedded workspace has at once, as its start is told."""

import unittest

from harness import WeirTest, wait_until

WAITS = """
import os, pathlib, time
here = pathlib.Path(os.environ["HOME"])
print("here", flush=True)
while not (here / "go").exists():
    time.sleep(0.01)
"""


class Drivers(WeirTest):
    def state(self, run):
        return self.weir.api(f"jobs/runs/get?run_id={run}")["state"]

    def test_the_runs_beyond_that_number_wait_for_a_place(self):
        self.assert_ended(self.weir("workspace", "start", "--port", "0", "--drivers", "2"), 0)
        where = self.weir.upload_script("waits.py", WAITS)
        task = {"task_key": "only", "spark_python_task": {"python_file": where}}
        runs = [self.weir.post("jobs/runs/submit", run_name="waits", tasks=[task])["run_id"] for _ in range(3)]
        for run in runs[:2]:
            wait_until(lambda run=run: self.state(run)["life_cycle_state"] == "RUNNING", "it runs")
        self.assertEqual(self.state(runs[2])["life_cycle_state"], "PENDING")
        (self.weir.directory / "go").touch()
        for run in runs:
            wait_until(lambda run=run: self.state(run).get("result_state") == "SUCCESS", "it has ended")

    def test_numbers_that_make_no_sense_are_refused(self):
        for option, number in (("--drivers", "-1"), ("--drivers", "1001"), ("--warm-drivers", "65")):
            ended = self.weir("workspace", "start", option, number)
            self.assert_ended(ended, 2)
            self.assertIn(f"{option} must be from 0 to", ended.err)


if __name__ == "__main__":
    unittest.main()
