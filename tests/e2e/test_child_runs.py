"""Child runs: flows that a task of another runs, as runs of their own, once whatever happens to the parent."""

import json
import signal
import unittest

from flows import WAIT, FlowTest, shell
from harness import wait_until


class ChildRuns(FlowTest):
    def inner(self, tasks, **flow):
        self.weir.write("inner.yaml", json.dumps({"flow": "inner", "tasks": tasks} | flow))

    def runs_of(self, flow):
        return self.weir.json("runs", "list", "--flow", flow)

    def outer(self, **tasks):
        """Runs a flow to its end and answers how that looks."""
        self.run_flow(**tasks)
        return self.show(self.runs_of("flow")[0]["id"])

    def show(self, run):
        return self.weir.json("runs", "show", run)

    def start_waiting(self, **inner):
        """Starts a flow whose child run waits for the gate, and answers the process and both ids once it does."""
        self.inner(inner or {"work": shell(f"touch working; {WAIT}; echo done")})
        working = self.weir.directory / "working"
        working.unlink(missing_ok=True)
        known = {run["id"] for run in self.runs_of("inner")}
        child, _ = self.start_flow(sub={"flow": "inner.yaml"}, after={"needs": "sub", "value": 1})
        wait_until(working.exists, "the inner task runs")
        inner = {run["id"] for run in self.runs_of("inner")} - known
        self.assertEqual(len(inner), 1)
        return child, self.runs_of("flow")[0]["id"], inner.pop()

    def test_a_child_run_gives_its_last_results_and_knows_its_parent(self):
        self.inner(
            {"a": {"value": 5}, "b": {"value": ["{{ tasks.a.result }}", "{{ parameters.x }}"]}}, parameters={"x": 1}
        )
        outer = self.outer(sub={"flow": {"file": "inner.yaml", "parameters": {"x": 2}}})
        self.assertEqual(outer["tasks"][0]["result"], {"b": [5, 2]})
        inner = self.show(outer["tasks"][0]["remote"]["run_id"])
        self.assertEqual(inner["parent"], {"run_id": outer["id"], "run": outer["name"], "task": "sub", "depth": 1})
        self.assertEqual(inner["state"], "succeeded")
        parents = {run["id"]: run.get("parent") for run in self.weir.json("runs", "list")}
        self.assertEqual((parents[inner["id"]], parents[outer["id"]]), (outer["name"], None))
        line = next(line for line in self.weir("runs", "list").out.splitlines() if line.startswith(inner["name"]))
        self.assertTrue(line.endswith(f"child of {outer['name']}"), line)
        self.assertIn(f"child of run {outer['name']} · task sub", self.weir("runs", "show", inner["id"]).out)

    def test_a_killed_parent_finds_its_child_again(self):
        child, outer, inner = self.start_waiting()
        child.send_signal(signal.SIGKILL)
        child.wait()
        self.gate.touch()
        self.assert_ended(self.weir("runs", "resume", outer), 0)
        self.assertEqual(self.show(outer)["tasks"][0]["remote"]["run_id"], inner)
        self.assertEqual(self.show(outer)["tasks"][0]["attempts"], 1)
        self.assertEqual(self.show(inner)["state"], "succeeded")

    def test_a_child_run_that_was_resumed_by_itself_is_not_run_again(self):
        child, outer, inner = self.start_waiting()
        child.send_signal(signal.SIGKILL)
        child.wait()
        self.gate.touch()
        self.assert_ended(self.weir("runs", "resume", inner), 0)
        attempts = self.show(inner)["tasks"][0]["attempts"]
        self.assert_ended(self.weir("runs", "resume", outer), 0)
        self.assertEqual(self.show(inner)["tasks"][0]["attempts"], attempts)

    def test_cancelling_reaches_the_child_run_and_its_clean_up(self):
        child, outer, inner = self.start_waiting(
            work=shell(f"touch working; {WAIT}"), clean={"needs": "work", "cleanup": True, "value": 1}
        )
        for _ in range(2):
            child.send_signal(signal.SIGINT)
            wait_until(lambda: "waiting for" in child.files[1].read_text(), "the signal was seen")
        self.assert_ended(self.weir.finish(child), 130)
        self.assertEqual(self.show(outer)["state"], "cancelled")
        states = {task["key"]: task["state"] for task in self.show(inner)["tasks"]}
        self.assertEqual(states, {"work": "cancelled", "clean": "succeeded"})

    def test_a_child_run_that_fails_fails_its_task_with_the_reason(self):
        self.inner({"work": {"process": ["sh", "-c", "exit 3"]}})
        sub = self.outer(sub={"flow": "inner.yaml"})["tasks"][0]
        inner = self.show(sub["failure"]["detail"]["run_id"])["name"]
        self.assertEqual(sub["failure"]["message"], f"run '{inner}' failed: task 'work': exited with code 3")

    def test_its_hooks_are_told(self):
        self.inner({"work": {"value": 1}}, on_success=["sh", "-c", 'echo "$WEIR_FLOW" >> told.txt'])
        self.outer(sub={"flow": "inner.yaml"})
        self.assertEqual((self.weir.directory / "told.txt").read_text(), "inner\n")

    def test_what_cannot_be_run_says_why_and_is_not_tried_again(self):
        self.inner({"work": {"value": 1, "retris": 1}}, parameters={"x": None})

        def why(inputs):
            return self.outer(sub={"retries": 3, "flow": inputs})["tasks"][0]

        self.assertIn("inner.yaml:1:", why("inner.yaml")["failure"]["message"])
        self.assertIn("no such file", why("innner.yaml")["failure"]["message"])
        self.inner({"work": {"value": 1}}, parameters={"x": None})
        misspelt = why({"file": "inner.yaml", "parameters": {"y": 1}})
        self.assertIn("flow 'inner' has no parameter 'y'", misspelt["failure"]["message"])
        self.assertEqual(misspelt["attempts"], 1)
        self.assertIn("parameter 'x' of flow 'inner' has no value", why("inner.yaml")["failure"]["message"])

    def test_a_flow_that_runs_itself_comes_to_an_end(self):
        self.weir.write("loop.yaml", json.dumps({"flow": "loop", "tasks": {"again": {"flow": "loop.yaml"}}}))
        self.assert_ended(self.weir("run", "loop.yaml"), 1)
        self.assertEqual(len(self.runs_of("loop")), 17)


if __name__ == "__main__":
    unittest.main()
