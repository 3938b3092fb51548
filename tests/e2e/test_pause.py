"""weir runs pause, resume and retry: a person holds a run, lets it go on, and has what failed run again."""

import unittest

from flows import WAIT, FlowTest, shell
from harness import wait_until


class Pause(FlowTest):
    def states(self, run):
        return {task["key"]: task["state"] for task in self.weir.json("runs", "show", run)["tasks"]}

    def start_two(self):
        """A run whose second task would start as soon as the gate is open."""
        child, run = self.start_flow(first=shell(WAIT), second=shell("true", needs="first"))
        wait_until(lambda: self.states(run)["first"] == "running", "the first task runs")
        return child, run

    def test_a_paused_run_starts_nothing_until_it_is_resumed(self):
        child, run = self.start_two()
        ended = self.weir("runs", "pause", run)
        self.assert_ended(ended, 0)
        self.assertIn("is paused", ended.err)
        self.gate.touch()
        wait_until(lambda: self.states(run)["first"] == "succeeded", "what was under way has ended")
        self.assertEqual(self.states(run)["second"], "pending")
        self.assertIn("paused", self.weir("runs", "show", run).out.splitlines()[0])
        self.assertEqual([listed["id"] for listed in self.weir.json("runs", "list", "--state", "running")], [run])
        refused = self.weir("runs", "list", "--state", "paused")
        self.assert_ended(refused, 2)
        self.assertIn("'runs show' says which are paused", refused.err)
        ended = self.weir("runs", "resume", run)
        self.assert_ended(ended, 0)
        self.assertRegex(ended.err, "goes on|went on")
        executed = self.weir.finish(child)
        self.assert_ended(executed, 0)
        self.assertIn("‖ paused", executed.err)

    def test_a_paused_run_whose_process_is_gone_goes_on_here(self):
        child, run = self.start_two()
        self.assert_ended(self.weir("runs", "pause", run), 0)
        child.kill()
        self.weir.finish(child)
        refused = self.weir("runs", "pause", run)
        self.assert_ended(refused, 2)
        self.assertIn("no process executes it", refused.err)
        self.gate.touch()
        self.assert_ended(self.weir("runs", "resume", run), 0)
        self.assertEqual(self.states(run), {"first": "succeeded", "second": "succeeded"})

    def test_a_run_that_goes_on_elsewhere_cannot_be_resumed(self):
        child, run = self.start_two()
        ended = self.weir("runs", "resume", run)
        self.assert_ended(ended, 2)
        self.assertIn("executed by another process", ended.err)
        self.assertIn("runs watch", ended.err)
        self.gate.touch()
        self.assert_ended(self.weir.finish(child), 0)


class Retry(FlowTest):
    def run_with_failure(self):
        return self.run_flow(
            good=shell("echo x >> good.log"),
            bad=shell("test -e gate", needs="good"),
            last=shell("true", needs="bad"),
        )

    def test_what_failed_runs_again_and_the_rest_is_kept(self):
        run = self.run_with_failure()
        self.gate.touch()
        ended = self.weir("runs", "retry", run)
        self.assert_ended(ended, 0)
        states = {task["key"]: task["state"] for task in self.weir.json("runs", "show", run)["tasks"]}
        self.assertEqual(states, {"good": "succeeded", "bad": "succeeded", "last": "succeeded"})
        self.assertEqual((self.weir.directory / "good.log").read_text(), "x\n")
        again = self.weir("runs", "retry", run)
        self.assert_ended(again, 2)
        self.assertIn("--from TASK", again.err)
        self.assert_ended(self.weir("runs", "retry", run, "--from", "good"), 0)
        self.assertEqual((self.weir.directory / "good.log").read_text(), "x\nx\n")
        self.assertIn("did you mean 'good'?", self.weir("runs", "retry", run, "--from", "god").err)


if __name__ == "__main__":
    unittest.main()
