"""A hundred thousand mapped tasks are run, watched, listed, shown and cancelled like one."""

import json
import time
import unittest

from harness import WeirTest, wait_until

COUNT = 100_000
LIST = {"argv": ["python3", "-c", f"import json; print(json.dumps(list(range({COUNT}))))"], "output": "json"}
ITEMS = "{{ tasks.list.result }}"


class Scale(WeirTest):
    def flow(self, name, **each):
        tasks = {"list": {"process": LIST}, "each": {"map": ITEMS} | each}
        return self.weir.write(f"{name}.yaml", json.dumps({"flow": name, "tasks": tasks}))

    def newest(self):
        return wait_until(lambda: self.weir.json("runs", "list"), "there is a run")[0]["name"]

    def shows(self, text):
        return text in self.weir("runs", "show", self.newest()).out

    def test_elements_run_and_show_as_one_line(self):
        ended = self.weir("run", self.flow("quick", value="{{ item }}"))
        self.assert_ended(ended, 0)
        self.assertLess(len(ended.err.splitlines()), 60)
        shown = self.weir("runs", "show", self.newest())
        self.assertIn("100,000/100,000", shown.out)
        self.assertLess(len(shown.out.splitlines()), 10)

    def test_a_run_of_as_many_running_tasks_is_watched_and_cancelled(self):
        child = self.weir.start("run", self.flow("slow", sleep="1h"))
        wait_until(lambda: self.shows("slow") and self.shows("100,000 running"), "all elements run")
        run = self.newest()
        watching = self.weir.start("runs", "watch", run)
        wait_until(lambda: "watching slow" in watching.files[1].read_text(), "somebody watches")
        asked = time.monotonic()
        self.assert_ended(self.weir("runs", "cancel", run), 0)
        took = time.monotonic() - asked
        self.assertEqual(self.weir.finish(watching).code, 1)
        self.assertEqual(self.weir.finish(child).code, 1)
        self.assertEqual(self.weir.json("runs", "list")[0]["state"], "cancelled")
        print(f"cancelling {COUNT:,} running tasks took {took:.2f} s")


if __name__ == "__main__":
    unittest.main()
