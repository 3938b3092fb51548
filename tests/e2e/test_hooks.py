"""Programs are told of the ends of tasks and runs, after they are durable, and cannot change them."""

import json
import unittest

from harness import WeirTest

TELL = ["sh", "-c", 'echo "$WEIR_EVENT|$WEIR_TASK|$WEIR_STATE|$WEIR_WHY" >> told.txt']


class Hooks(WeirTest):
    def run_flow(self, name, tasks, **hooks):
        told = self.weir.directory / "told.txt"
        told.unlink(missing_ok=True)
        flow = self.weir.write(f"{name}.yaml", json.dumps({"flow": name, "tasks": tasks} | hooks))
        ended = self.weir("run", flow)
        return ended, sorted(told.read_text().splitlines()) if told.exists() else []

    def test_tasks_and_runs_tell_how_they_ended(self):
        tasks = {
            "bad": {"process": ["false"], "retries": 1, "on_retry": TELL, "on_failure": TELL, "on_success": TELL},
            "after": {"needs": "bad", "value": 1, "on_failure": TELL},
            "good": {"value": 1, "on_success": TELL, "on_end": TELL},
        }
        ended, told = self.run_flow("telling", tasks, on_failure=TELL, on_success=TELL)
        self.assert_ended(ended, 1)
        self.assertEqual(
            told,
            [
                "run failure||failed|2 tasks did not succeed",
                "task end|good|succeeded|",
                "task failure|after|upstream_failed|'bad' did not succeed",
                "task failure|bad|failed|exited with code 1",
                "task retry|bad|retrying|exited with code 1",
                "task success|good|succeeded|",
            ],
        )

    def test_a_hook_that_fails_is_named_and_changes_nothing(self):
        hook = ["sh", "-c", "echo no network >&2; exit 3"]
        ended, _ = self.run_flow("deaf", {"a": {"value": 1}}, on_end=hook)
        self.assert_ended(ended, 0)
        self.assertIn("warning: hook on_end (sh) ended with 3: no network", ended.err)
        ended, _ = self.run_flow("missing", {"a": {"value": 1, "on_end": "no-such-program"}})
        self.assert_ended(ended, 0)
        self.assertIn("no-such-program", ended.err)

    def test_elements_of_a_mapped_task_tell_one_by_one(self):
        tasks = {"each": {"map": [1, 2], "value": "{{ item }}", "on_success": TELL}}
        _, told = self.run_flow("mapped", tasks)
        self.assertEqual(told, [f"task success|each{of}|succeeded|" for of in ("[0]", "[1]", "")])


if __name__ == "__main__":
    unittest.main()
