"""A job of three tasks whose second one fails: the terminal shows which, its traceback and its last lines."""

import json
import unittest

from harness import WeirTest

STEP = """
import sys
what = sys.argv[1]
for number in range(40):
    print(what, "reads file", number)
if what == "clean":
    print("the last line of clean")
    raise ValueError(f"row 17 of {what} has no date")
"""


class RemoteFailure(WeirTest):
    with_workspace = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        where = cls.weir.upload_script("step.py", STEP)
        tasks = [cls.task("load", where), cls.task("clean", where, "load"), cls.task("count", where, "load")]
        job = cls.weir.post("jobs/create", name="nightly", tasks=tasks)
        assert job, "the job is created"
        flow = {"flow": "nightly", "tasks": {"nightly": {"databricks.run_now": {"job": "nightly"}}}}
        cls.ended = cls.weir("run", cls.weir.write("nightly.yaml", json.dumps(flow)))
        cls.run_id = cls.weir.json("runs", "list")[0]["id"]
        cls.failure = cls.weir.json("runs", "show", cls.run_id)["tasks"][0]["failure"]

    @staticmethod
    def task(key, where, *needs):
        task = {"task_key": key, "spark_python_task": {"python_file": where, "parameters": [key]}}
        return task | {"depends_on": [{"task_key": upstream} for upstream in needs]}

    def test_the_terminal_names_the_task_and_shows_what_happened(self):
        self.assert_ended(self.ended, 1)
        self.assertIn("task 'clean': ValueError: row 17 of clean has no date", self.ended.err)
        self.assertIn("Traceback (most recent call last)", self.ended.err)
        self.assertIn("clean | the last line of clean", self.ended.err)
        self.assertIn("clean | clean reads file 39", self.ended.err)

    def test_the_terminal_leads_to_the_page_of_the_run(self):
        remote = self.weir.remote_runs()[0]
        self.assertIn(f"help: see {remote['run_page_url']}", self.ended.err)

    def test_the_history_keeps_what_each_failed_task_left_behind(self):
        self.assertEqual(self.failure["detail"]["termination_code"], "RUN_EXECUTION_ERROR")
        (clean,) = self.failure["detail"]["failed_tasks"]
        self.assertEqual(clean["task_key"], "clean")
        self.assertIn("Traceback", clean["error_trace"])
        self.assertIn("the last line of clean\n", clean["output"])
        self.assertIn("#job/", clean["run_page_url"])

    def test_the_log_has_the_lines_of_all_tasks(self):
        logs = self.weir("runs", "logs", self.run_id).out
        for key in ("load", "clean", "count"):
            self.assertIn(f"{key} | {key} reads file 0", logs)


if __name__ == "__main__":
    unittest.main()
