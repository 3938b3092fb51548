"""weir runs cancel: of a run that another process executes, and of one that nobody does."""

import signal
import unittest

from flows import WAIT, FlowTest, shell
from harness import wait_until


class Cancel(FlowTest):
    def states(self, run):
        return {task["key"]: task["state"] for task in self.weir.json("runs", "show", run)["tasks"]}

    def test_a_run_whose_process_is_gone_is_cancelled_without_starting_anything(self):
        child, run = self.start_flow(first=shell(f"touch started; {WAIT}"), second=shell("touch late", needs="first"))
        started = self.weir.directory / "started"
        wait_until(started.exists, "the first task runs")
        child.kill()
        self.weir.finish(child)
        started.unlink()
        self.gate.touch()
        ended = self.weir("runs", "cancel", run)
        self.assert_ended(ended, 0)
        self.assertRegex(ended.err, "run '.*' is cancelled")
        self.assertEqual(self.states(run), {"first": "cancelled", "second": "cancelled"})
        self.assertFalse(started.exists())
        self.assertFalse((self.weir.directory / "late").exists())
        self.assertEqual(self.weir("runs", "resume", run).code, 1)

    def test_a_run_of_another_process_is_cancelled_and_its_processes_end(self):
        child, run = self.start_flow(
            first=shell(f"touch running; {WAIT}; touch late"), second=shell("true", needs="first")
        )
        wait_until((self.weir.directory / "running").exists, "the first task runs")
        ended = self.weir("runs", "cancel", run)
        self.assert_ended(ended, 0)
        self.assertRegex(ended.err, "run '.*' is cancelled")
        self.assert_ended(self.weir.finish(child), 1)
        self.assertEqual(self.states(run), {"first": "cancelled", "second": "cancelled"})
        self.gate.touch()
        self.assertFalse((self.weir.directory / "late").exists())

    def test_without_waiting_the_request_is_kept_and_answered(self):
        child, run = self.start_flow(task=shell(WAIT))
        ended = self.weir("runs", "cancel", run, "--no-wait")
        self.assert_ended(ended, 0)
        self.assertIn("asked run", ended.err)
        self.assert_ended(self.weir.finish(child), 1)
        self.assertEqual(self.states(run), {"task": "cancelled"})

    def test_what_was_asked_without_waiting_is_told_as_json(self):
        child, run = self.start_flow(task=shell(WAIT))
        name = self.weir.json("runs", "show", run)["name"]
        for verb in ("pause", "cancel"):
            asked = self.weir.json("runs", verb, run, "--no-wait")
            self.assertEqual(asked, {"name": name, "id": run, "state": "running", "asked": verb})
        self.assert_ended(self.weir.finish(child), 1)

    def test_when_the_process_dies_before_it_answers_the_run_is_cancelled_all_the_same(self):
        child, run = self.start_flow(task=shell(WAIT))
        child.send_signal(signal.SIGSTOP)
        canceller = self.weir.start("runs", "cancel", run)
        wait_until(lambda: "asked run" in canceller.files[1].read_text(), "the request is made")
        child.kill()
        self.weir.finish(child)
        ended = self.weir.finish(canceller)
        self.assert_ended(ended, 0)
        self.assertIn("is gone: cancelling here", ended.err)
        self.assertEqual(self.states(run), {"task": "cancelled"})

    def test_a_run_that_has_ended_cannot_be_cancelled(self):
        run = self.run_flow(task=shell("true"))
        ended = self.weir("runs", "cancel", run)
        self.assert_ended(ended, 2)
        self.assertIn("has ended: succeeded", ended.err)


if __name__ == "__main__":
    unittest.main()
