"""What a remote run prints is there to read while it goes on, and is told once."""

import json
import unittest

from harness import WeirTest, submit_flow, wait_until

TALKS = """
import os, pathlib, sys, time
print("first words", flush=True)
print("a warning", file=sys.stderr, flush=True)
gate = pathlib.Path(os.environ["HOME"]) / "gate"
while not gate.exists():
    time.sleep(0.02)
print("last words")
"""


class LiveOutput(WeirTest):
    with_workspace = True

    def test_lines_come_while_the_run_goes_on(self):
        where = self.weir.upload_script("talks.py", TALKS)
        child = self.weir.start("run", self.weir.write("talks.yaml", submit_flow("talks", ["talk"], where)))
        run = wait_until(lambda: self.weir.json("runs", "list"), "the run began")[0]["id"]
        logs = lambda: self.weir("runs", "logs", run).out  # noqa: E731
        wait_until(lambda: "first words" in logs() and "a warning" in logs(), "its first lines are there")
        self.assertIsNone(child.poll())
        self.assertNotIn("last words", logs())
        (self.weir.directory / "gate").touch()
        ended = self.weir.finish(child)
        self.assert_ended(ended, 0)
        for line in ("first words", "a warning", "last words"):
            self.assertEqual(logs().count(line), 1, logs())
            self.assertEqual(ended.err.count(line), 1, ended.err)
        self.assertEqual(json.loads(self.weir("runs", "show", run, "--json").out)["state"], "succeeded")


if __name__ == "__main__":
    unittest.main()
