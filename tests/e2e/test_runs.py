"""weir runs list and prune."""

import unittest

from flows import WAIT, FlowTest, shell


class Runs(FlowTest):
    def test_lists_are_narrowed_by_flow_and_state(self):
        self.run_flow(task=shell("true"))
        failed = self.run_flow(task=shell("false"))
        child, interrupted = self.start_flow(task=shell(WAIT))
        running, live = self.start_flow(task=shell(WAIT))
        child.kill()
        self.weir.finish(child)

        def ids(*arguments):
            return [run["id"] for run in self.weir.json("runs", "list", *arguments)]

        self.assertEqual(ids("--state", "failed"), [failed])
        self.assertEqual(ids("--state", "interrupted"), [interrupted])
        self.assertEqual(ids("--state", "running"), [live])
        self.assertEqual(ids("--flow", "other"), [])
        self.assertEqual(ids("--flow", "flow", "-n", 2), [live, interrupted])
        self.assertIn("did you mean 'failed'?", self.weir("runs", "list", "--state", "faild").err)
        self.gate.touch()
        self.assert_ended(self.weir.finish(running), 0)

    def test_pruned_runs_are_gone_with_log_and_page_and_the_others_stay(self):
        old = self.run_flow(task=shell("echo old"))
        new = self.run_flow(task=shell("echo new"))
        name = self.weir.json("runs", "show", old)["name"]
        kept = [self.weir.home / "logs" / f"{old}.log", self.weir.home / "pages" / f"{name}.html"]
        self.assertTrue(all(file.exists() for file in kept))
        self.assertIn("which runs are to go?", self.weir("runs", "prune").err)
        told = self.weir("runs", "prune", "--keep", 1, "--dry-run")
        self.assertIn(name, told.out)
        self.assertIn(old, self.run_ids())
        self.assert_ended(self.weir("runs", "prune", "--keep", 1), 0)
        self.assertNotIn(old, self.run_ids())
        self.assertFalse(any(file.exists() for file in kept))
        self.assertEqual(self.weir("runs", "logs", new).out, "task │ new\n")


if __name__ == "__main__":
    unittest.main()
