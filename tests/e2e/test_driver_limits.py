"""What every driver is held to, as `weir workspace start` says it. Nothing here needs Spark."""

import unittest

from harness import WeirTest, wait_until

MIB = 1 << 20
TALKS = """
for number in range(50_000):
    print(f"{number:06}", "x" * 60)
"""
GROWS = """
print("begins", flush=True)
held = bytearray(1 << 30)
print("has it")
"""


class DriverLimits(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ended = cls.weir("workspace", "start", "--port", "0", "--output-max", "1", "--memory-max", "512")
        assert ended.code == 0, ended.err

    def run_of(self, name, source):
        where = self.weir.upload_script(f"{name}.py", source)
        task = {"task_key": "only", "spark_python_task": {"python_file": where}}
        run = self.weir.post("jobs/runs/submit", run_name=name, tasks=[task])["run_id"]

        def ended():
            seen = self.weir.api(f"jobs/runs/get?run_id={run}")
            return seen if seen["state"]["life_cycle_state"] in ("TERMINATED", "INTERNAL_ERROR") else None

        task_run = wait_until(ended, "the run has ended")["tasks"][0]["run_id"]
        return task_run, self.weir.api(f"jobs/runs/get-output?run_id={task_run}")

    def test_of_much_output_the_end_is_kept(self):
        run, said = self.run_of("talks", TALKS)
        self.assertTrue(said["logs"].endswith("049999 " + "x" * 60 + "\n"))
        kept = (self.weir.home / f"workspace/runs/{run}/stdout").stat()
        self.assertLess(kept.st_blocks * 512, 2 * MIB)  # of 3.3 that were printed

    def test_a_run_that_wants_more_memory_than_it_may_have_fails(self):
        _, said = self.run_of("grows", GROWS)
        self.assertTrue(said["logs"].startswith("begins\n"))
        self.assertNotIn("has it", said["logs"])
        self.assertEqual(said["error"], "MemoryError")

    def test_a_limit_out_of_its_range_is_refused(self):
        ended = self.weir(
            "workspace", "start", "--foreground", "--memory-max", "1", WEIR_HOME=str(self.weir.directory / "x")
        )
        self.assert_ended(ended, 2)
        self.assertIn("--memory-max must be from 64", ended.err)


if __name__ == "__main__":
    unittest.main()
