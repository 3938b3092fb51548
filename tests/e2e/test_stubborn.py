"""A C++ program whose functions do not return can be left once its run has ended."""

import signal
import unittest

from harness import WeirTest, wait_until


class Stubborn(WeirTest):
    def start(self, flow):
        child = self.weir.start("run", flow, program="stubborn")
        self.addCleanup(child.kill)
        self.said = child.files[1].read_text
        self.wait_for("staying")
        return child

    def wait_for(self, words):
        wait_until(lambda: words in self.said(), f"it says '{words}'")

    def test_a_task_that_goes_on_after_its_run_was_cancelled_is_named_and_left(self):
        child = self.start("task")
        for words in ("press Ctrl-C again to cancel", "waiting for the function of task 'endless' to return"):
            child.send_signal(signal.SIGINT)
            self.wait_for(words)
        self.assertIn("cancelled", self.said())
        child.send_signal(signal.SIGINT)
        self.assertEqual(self.weir.finish(child).code, -signal.SIGINT)
        (run,) = self.weir.json("runs", "list", "--flow", "task")
        self.assertEqual(run["state"], "cancelled")

    def test_so_is_a_body_that_goes_on(self):
        child = self.start("body")
        (run,) = self.weir.json("runs", "list", "--flow", "body")
        self.assert_ended(self.weir("runs", "cancel", run["id"]), 0)
        self.wait_for("waiting for the flow's body to return")
        child.send_signal(signal.SIGTERM)
        self.assertEqual(self.weir.finish(child).code, -signal.SIGTERM)


if __name__ == "__main__":
    unittest.main()
