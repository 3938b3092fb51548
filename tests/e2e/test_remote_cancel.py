"""Ctrl-C twice leaves no remote run behind, whatever weir was doing with it."""

import signal
import unittest

from fault_proxy import lost, on, refused
from faults import CANCEL, GET, KEYS, SUBMIT, FaultTest
from harness import wait_until

DOWN = refused(503, "TEMPORARILY_UNAVAILABLE")


class RemoteCancel(FaultTest):
    def start_until(self, happened, what):
        child = self.start(self.waits, KEYS[:1])
        wait_until(happened, what)
        return child

    def press_twice(self, child):
        """Ctrl-C, and again once weir has said what the first one does."""
        child.send_signal(signal.SIGINT)
        wait_until(lambda: "again" in child.files[1].read_text(), "weir says what a second Ctrl-C does")
        child.send_signal(signal.SIGINT)

    def assert_nothing_is_left(self, child, runs=1):
        self.assert_ended(self.weir.finish(child), 130)
        states = [run["state"].get("result_state") for run in self.new_runs()]
        self.assertEqual(states, ["CANCELED"] * runs)
        self.assertEqual(self.weir.json("runs", "list")[0]["state"], "cancelled")

    def test_while_the_run_is_watched(self):
        child = self.start_until(lambda: self.proxy.count(GET) >= 2, "it is watched")
        self.press_twice(child)
        self.assert_nothing_is_left(child)

    def test_while_the_answer_that_names_the_run_is_outstanding(self):
        self.proxy.add(on(SUBMIT, lost()))
        child = self.start_until(lambda: self.proxy.count(SUBMIT) >= 2, "the answer was lost twice")
        self.press_twice(child)
        wait_until(lambda: "cancelling" in child.files[1].read_text(), "weir cancels")
        self.proxy.calm()
        self.assert_nothing_is_left(child)

    def test_when_the_workspace_does_not_take_the_cancel_at_first(self):
        self.proxy.add(on(CANCEL, DOWN, times=1), on(CANCEL, lost(effect=False), times=1), on(CANCEL, lost(), times=1))
        child = self.start_until(lambda: self.proxy.count(GET) >= 2, "it is watched")
        self.press_twice(child)
        self.assert_nothing_is_left(child)
        self.assertGreaterEqual(self.proxy.count(CANCEL), 2)


if __name__ == "__main__":
    unittest.main()
