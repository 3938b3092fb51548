"""A failing script: the terminal shows why, what depends on it does not run, and its output stays readable."""

import unittest

from harness import WeirTest, submit_flow

BOOM = """
print("about to fail")
raise ValueError("boom")
"""


class Failure(WeirTest):
    with_workspace = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        where = cls.weir.upload_script("boom.py", BOOM)
        cls.ended = cls.weir("run", cls.weir.write("boom.yaml", submit_flow("boom", ["ingest", "report"], where)))
        cls.run_id = cls.weir.json("runs", "list")[0]["id"]

    def test_the_terminal_shows_the_traceback_of_the_script(self):
        self.assert_ended(self.ended, 1)
        self.assertIn("Traceback (most recent call last)", self.ended.err)
        self.assertIn("ValueError: boom", self.ended.err)

    def test_what_depends_on_it_does_not_run_and_says_why(self):
        states = {task["key"]: task["state"] for task in self.weir.json("runs", "show", self.run_id)["tasks"]}
        self.assertEqual(states, {"ingest": "failed", "report": "upstream_failed"})
        self.assertEqual(len(self.weir.remote_runs()), 1)

    def test_the_logs_show_what_the_script_printed(self):
        logs = self.weir("runs", "logs", self.run_id, "ingest")
        self.assert_ended(logs, 0)
        self.assertIn("about to fail", logs.out)


if __name__ == "__main__":
    unittest.main()
