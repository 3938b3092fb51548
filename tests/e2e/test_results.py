"""Results that are too large for a history: where they are, how long they stay, how they are shown."""

import json
import unittest

from harness import WeirTest

FLOW = """
flow: big
tasks:
  load:
    process:
      argv: [python3, -c, "import json; print(json.dumps([{'i': i, 'text': 'x' * 60} for i in range(20000)]))"]
      output: json
  kept: {persist: true, value: "{{ tasks.load.result }}"}
  third: {value: "{{ tasks.load.result.2.i }} and {{ tasks.kept.result.3.i }}"}
  last: {value: ["{{ tasks.kept.result }}", 7]}
"""


class Results(WeirTest):
    def setUp(self):
        super().setUp()
        self.weir.write("flow.yaml", FLOW)
        ran = self.weir("run", "flow.yaml", "--json")
        self.assertEqual(ran.code, 0, ran.err)
        self.run_ = json.loads(ran.out)
        self.tasks = {task["key"]: task for task in self.run_["tasks"]}
        self.folder = self.weir.home / "results" / self.run_["id"]

    def result(self, task, *more):
        return self.weir("runs", "result", self.run_["name"], task, *more)

    def test_what_nobody_reads_any_more_goes_and_the_rest_stays(self):
        self.assertEqual(self.tasks["third"]["result"], "2 and 3")
        files = {file.name for file in self.folder.iterdir()}
        of = {key: self.tasks[key]["result"]["$value"]["file"] for key in ("load", "kept", "last")}
        self.assertEqual(of["load"], of["kept"], "what is the same is one file")
        self.assertEqual(files, {of["kept"], of["last"]})

    def test_results_are_shown_by_size_and_printed_in_full(self):
        shown = self.weir("runs", "show", self.run_["name"])
        self.assertRegex(shown.out, r"result: array of 20,000 items, json, 1\.\d MiB")
        printed = json.loads(self.result("last").out)
        self.assertEqual(printed[0][19999]["i"], 19999)
        self.assertEqual(printed[1], 7)
        self.assertEqual(json.loads(self.result("third", "--json").out), "2 and 3")

    def test_what_was_dropped_says_how_to_have_it_and_a_retry_makes_it_again(self):
        missing = self.result("thrid")
        self.assertEqual(missing.code, 3)
        self.assertIn("did you mean 'third'?", missing.err)
        for file in self.folder.iterdir():
            file.unlink()
        dropped = self.result("load")
        self.assertEqual(dropped.code, 3)
        self.assertIn("persist: true", dropped.err)
        again = self.weir("runs", "retry", self.run_["name"], "--from", "third", "--json")
        self.assertEqual(again.code, 0, again.err)
        tasks = {task["key"]: task for task in json.loads(again.out)["tasks"]}
        self.assertEqual({key: task["attempts"] for key, task in tasks.items()}, dict.fromkeys(tasks, 2))

    def test_a_run_that_is_pruned_takes_its_folder_along(self):
        self.assertTrue(self.folder.exists())
        self.assertEqual(self.weir("runs", "prune", "--older-than", "0s").code, 0)
        self.assertFalse(self.folder.exists())


if __name__ == "__main__":
    unittest.main()
