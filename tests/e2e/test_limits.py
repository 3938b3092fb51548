"""A concurrency limit holds across processes: two runs of different flows share its slots."""

import json
import unittest

from harness import WeirTest, wait_until

# Counts how many of its kind are alive, and says the most it has seen.
PROGRAM = """
import os, sys, time, pathlib
here = pathlib.Path(sys.argv[1])
mine = here / str(os.getpid())
mine.touch()
time.sleep(0.15)
print(len(list(here.iterdir())))
mine.unlink()
"""


class Limits(WeirTest):
    def test_two_processes_share_the_slots_of_a_limit(self):
        self.assert_ended(self.weir("limits", "set", "db", "2"), 0)
        program = self.weir.write("count.py", PROGRAM)
        alive = self.weir.directory / "alive"
        alive.mkdir()
        task = {"process": ["python3", str(program), str(alive)], "limits": "db"}
        children = []
        for name in ("one", "two"):
            tasks = {f"t{i}": task for i in range(4)}
            flow = self.weir.write(f"{name}.yaml", json.dumps({"flow": name, "tasks": tasks}))
            children.append(self.weir.start("run", flow))
        for child in children:
            self.assert_ended(self.weir.finish(child), 0)
        seen = []
        for run in self.weir.json("runs", "list"):
            if run["flow"] not in ("one", "two"):
                continue
            seen += [int(task["result"]["stdout"]) for task in self.weir.json("runs", "show", run["name"])["tasks"]]
        self.assertEqual(len(seen), 8)
        self.assertLessEqual(max(seen), 2)

    def test_a_limit_of_nothing_holds_a_task_until_it_is_raised(self):
        self.assert_ended(self.weir("limits", "set", "gate", "0"), 0)
        flow = {"flow": "gated", "tasks": {"a": {"value": 1, "limits": "gate"}}}
        child = self.weir.start("run", self.weir.write("gated.yaml", json.dumps(flow)))
        wait_until(lambda: "gated" in child.files[1].read_text(), "the run has started")
        self.assertIsNone(child.poll())
        self.weir("limits", "set", "gate", "1")
        self.assert_ended(self.weir.finish(child), 0)

    def test_limits_are_listed_and_removed_and_mistakes_named(self):
        self.weir("limits", "set", "api", "3")
        self.assertIn({"name": "api", "slots": 3}, self.weir.json("limits", "list"))
        self.assertIn("did you mean 'api'?", self.weir("limits", "remove", "apii").err)
        self.assert_ended(self.weir("limits", "remove", "api"), 0)
        self.assert_ended(self.weir("limits", "set", "api", "many"), 2)
        self.assertNotIn("api", [limit["name"] for limit in self.weir.json("limits", "list")])


if __name__ == "__main__":
    unittest.main()
