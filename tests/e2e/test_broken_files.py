"""Ten files with a mistake each: weir says what is wrong, where, and what to do; it ends with 2 and has done nothing.

The wording is pinned here as people read it in the terminal.
"""

import unittest

from harness import WeirTest

BROKEN = {
    "a key of a task is misspelt": (
        "flow: f\ntasks:\n  a: {retrys: 2, process: ['true']}\n",
        "error: broken.yaml:3:7: unknown key 'retrys'\nhelp: did you mean 'retries'?\n",
    ),
    "a kind is misspelt": (
        "flow: f\ntasks:\n  a: {databricks.runnow: {job: ingest}}\n",
        "error: broken.yaml:3:7: unknown kind 'databricks.runnow'\nhelp: did you mean 'databricks.run_now'?\n",
    ),
    "a task needs one that does not exist": (
        "flow: f\ntasks:\n  ingest: {process: ['true']}\n  daily: {needs: ingst, process: ['true']}\n",
        "error: broken.yaml:4:18: task 'daily' needs 'ingst', which does not exist\nhelp: did you mean 'ingest'?\n",
    ),
    "tasks need each other in a circle": (
        "flow: f\ntasks:\n  a: {needs: b, process: ['true']}\n  b: {needs: a, process: ['true']}\n",
        "error: broken.yaml:3:3: tasks need each other in a circle: a -> b -> a\n"
        "help: each needs the next one; one of them has to start\n",
    ),
    "a template reads an unknown parameter": (
        'flow: f\nparameters: {region: west}\ntasks:\n  a: {process: [echo, "{{ parameters.regoin }}"]}\n',
        "error: broken.yaml:4:23: '{{ parameters.regoin }}': no parameter 'regoin'\nhelp: did you mean 'region'?\n",
    ),
    "a template is not closed": (
        'flow: f\ntasks:\n  a: {process: [echo, "{{ run.id"]}\n',
        "error: broken.yaml:3:23: '{{ run.id' is not closed\nhelp: end the look-up with }}\n",
    ),
    "a task has two kinds": (
        "flow: f\ntasks:\n  a: {value: 1, process: ['true']}\n",
        "error: broken.yaml:3:17: task 'a' has two kinds, 'value' and 'process'\nhelp: split it in two tasks\n",
    ),
    "a duration is none": (
        "flow: f\ntasks:\n  a: {timeout: soon, process: ['true']}\n",
        "error: broken.yaml:3:16: 'timeout': 'soon' is not a duration\n"
        "help: write for example 500ms, 10s, 2m, 1h30m or 1d\n",
    ),
    "there are no tasks": (
        "flow: f\n",
        "error: broken.yaml:1:1: 'tasks' is missing\nhelp: for example tasks: {hello: {process: [echo, hello]}}\n",
    ),
    "the file is no YAML": (
        "flow: f\ntasks: {a: {process: [echo, hi]}\n",
        "error: broken.yaml:2:8: this '{' is not closed properly\n"
        "help: put a ',' between its items, a blank after each ':' and a '}' after the last\n",
    ),
}


class BrokenFiles(WeirTest):
    def test_each_mistake_is_told_where_it_is_and_how_to_mend_it(self):
        for mistake, (text, said) in BROKEN.items():
            with self.subTest(mistake):
                self.weir.write("broken.yaml", text)
                ended = self.weir("run", "broken.yaml")
                self.assertEqual(ended.err, said)
                self.assert_ended(ended, 2)
                self.assertEqual(ended.out, "")

    def test_a_broken_file_leaves_no_run_behind(self):
        self.weir.write("broken.yaml", "flow: f\n")
        self.assert_ended(self.weir("run", "broken.yaml"), 2)
        self.assertEqual(self.weir.json("runs", "list"), [])


if __name__ == "__main__":
    unittest.main()
