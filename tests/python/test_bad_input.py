"""What goes wrong is told in a short message that names the user's line, with the user's frames alone."""

import unittest

from harness import ROOT, FlowTest

TASKS = """
import ctypes, os, sys, time
@task
def give(x, y=1):
    return x
@task
def broken(x):
    return helper(x)
def helper(x):
    raise ValueError("boom")
"""
MAIN = "\nif __name__ == '__main__':\n    print(main())\n"


class BadInput(FlowTest):
    def both(self, source, code=1):
        """How a flow ends as a program, then under `weir run`."""
        self.file = self.write(TASKS + source + MAIN)
        for ended in (self.python(self.file), self.weir("run", self.file)):
            self.assertEqual(ended.code, code, ended.err)
            self.assertNotIn(str(ROOT / "python"), ended.err)  # no frame of weir's
            yield ended

    def line_of(self, text):
        """ "flow1.py:7" of the line with that text."""
        lines = self.file.read_text().splitlines()
        number = next(number for number, line in enumerate(lines, 1) if text in line)
        return f"{self.file.name}:{number}"

    def failure(self, key):
        return self.last_run()["tasks"][key]["failure"]

    def test_a_task_that_raises_is_shown_with_its_own_frames(self):
        for ended in self.both("@flow\ndef main(): broken(1)\n"):
            self.assertIn("in helper", ended.err)
            failure = self.failure("broken")
            self.assertEqual(failure["message"], "ValueError: boom")
            self.assertNotIn("/weir/", failure["trace"])
            self.assertEqual(failure["trace"].count("  File "), 2)
            self.assertNotIn("Traceback", ended.err.split("main failed")[1])  # told once

    def test_a_body_that_raises_names_its_line(self):
        for ended in self.both("@flow\ndef main():\n    return give(1).result()['x']  # here\n"):
            self.assertIn(f"{self.line_of('# here')}: TypeError: 'int' object is not subscriptable", ended.err)
            self.assertEqual(self.last_run()["state"], "failed")
        ended = self.python(self.file)
        self.assertEqual(ended.err.count("\n  File "), 2)  # the call of main(), and main

    def test_what_fits_into_no_message_is_refused_where_it_is_made(self):
        source = TASKS + "@task\ndef large(): return 'x' * (65 << 20)\n@flow\ndef main(): large()\n" + MAIN
        self.assertEqual(self.run_source(source).code, 1)
        message = self.failure("large")["message"]
        self.assertIn("returned: 65.0 MiB as JSON, more than the 64 MiB that fit into a message", message)
        source = TASKS + "@flow\ndef main(): give('x' * (65 << 20))  # here\n" + MAIN
        ended = self.run_source(source)
        self.assertEqual(ended.code, 1)
        self.assertIn("what task 'give' is called with is 65.0 MiB as JSON", ended.err)
        source = TASKS + "@task\ndef talk(): print('x' * (65 << 20))\n@flow\ndef main(): talk()\n" + MAIN
        self.assertEqual(self.run_source(source).code, 0)  # as much as is kept

    def test_a_task_called_with_wrong_arguments_names_the_call(self):
        for call, message in {
            "give(1, z=2)": "give() has no parameter 'z'",
            "give()": "give() needs 'x'",
            "give(1, 2, 3)": "give() takes 2 arguments, 3 were given",
            "give(1, x=2)": "give() got 'x' twice",
        }.items():
            with self.subTest(call):
                for ended in self.both(f"@flow\ndef main():\n    {call}\n"):
                    self.assertIn(f"{self.line_of('    ' + call)}: TypeError: {message}", ended.err)

    def test_what_cannot_be_kept_names_the_task(self):
        for ended in self.both("@task\ndef opens(): return open(os.devnull)\n@flow\ndef main(): opens()\n"):
            place = self.line_of("@task\ndef opens".partition("\n")[2]).partition(":")[0]
            self.assertIn(f"what 'opens' ({place}:", ended.err)
            self.assertIn("returned: a TextIOWrapper cannot be kept", ended.err)

    def test_sys_exit_in_a_task_fails_the_task_alone(self):
        for ended in self.both("@task\ndef leaves(): sys.exit(3)\n@flow\ndef main(): leaves(); give(1)\n"):
            self.assertIn("the task called sys.exit(3)", ended.err)
            self.assertEqual(self.states(), {"leaves": "failed", "give": "succeeded"})

    def test_a_task_that_forks_ends_once(self):
        source = """
@task
def forks():
    child = os.fork()
    if child:
        os.waitpid(child, 0)
    return "parent" if child else "child"
@flow
def main(): return forks()
"""
        for _ in self.both(source, 0):
            self.assertEqual(self.last_run()["tasks"]["forks"]["result"], "parent")

    def test_a_task_that_floods_its_output_is_kept_in_full(self):
        source = "@task\ndef floods():\n    for n in range(50_000): print('line', n)\n@flow\ndef main(): floods()\n"
        for ended in self.both(source, 0):
            self.assertLess(len(ended.err), 10_000)
            lines = self.weir("runs", "logs", self.last_run()["name"], "floods").out.splitlines()
            self.assertEqual(len(lines), 50_000)
            self.assertTrue(lines[-1].endswith("line 49999"), lines[-1])

    def test_a_crash_of_the_program_says_how_to_go_on(self):
        self.file = self.write(TASKS + "@task\ndef crash(): ctypes.string_at(0)\n@flow\ndef main(): crash()\n" + MAIN)
        ended = self.python(self.file)
        self.assertEqual(ended.code, -11)
        self.assertIn("the program has ended before its run. Go on with: weir runs resume", ended.err)

    def test_a_crash_under_weir_run_fails_the_task_with_its_line(self):
        for runner in ("threads", "processes"):
            with self.subTest(runner):
                crash = f"@task(runner={runner!r})\ndef crash():\n    ctypes.string_at(0)  # here\n"
                self.file = self.write(TASKS + crash + "@flow\ndef main(): give(1); crash()\n" + MAIN)
                ended = self.weir("run", self.file)
                self.assertEqual(ended.code, 1, ended.err)
                self.assertIn("Fatal Python error: Segmentation fault", ended.err)
                self.assertIn(f"line {self.line_of('# here').partition(':')[2]} in crash", ended.err)
                self.assertEqual(self.states(), {"give": "succeeded", "crash": "failed"})

    def test_a_task_that_hangs_in_c_is_ended_by_its_timeout(self):
        nap = "@task(timeout='200ms')\ndef nap(): time.sleep(1000)\n@flow\ndef main(): nap(); give(1)\n"
        for ended in self.both(nap):
            self.assertEqual(self.failure("nap")["why"], "timeout", ended.err)
            self.assertEqual(self.states()["give"], "succeeded")

    def test_a_file_that_does_not_import_names_its_line(self):
        for source, message in {
            "@flow\ndef main(:\n    pass\n": "{name}:4: SyntaxError: invalid syntax\n",
            "import nothing_like_it\n": "{name}:3: ModuleNotFoundError: No module named 'nothing_like_it'\n",
            "def load():\n    return 1 / 0\nrows = load()\n": "{name}:4: ZeroDivisionError: division by zero\n",
            "raise SystemExit(2)\n": "{name} calls sys.exit(2) when it is imported: put what runs it under if __name__",
        }.items():
            with self.subTest(source):
                file = self.write(source)
                for verb in ("run", "graph", "validate"):
                    ended = self.weir(verb, file)
                    self.assertEqual(ended.code, 2, ended.err)
                    self.assertIn("error: " + message.format(name=file.name), ended.err)
                    self.assertNotIn(str(ROOT / "python"), ended.err)

    def test_a_file_without_the_flow_names_those_it_has(self):
        file = self.write("@flow\ndef daily(): pass\n@flow\ndef weekly(): pass\n")
        none = self.write("print('hello')\n")
        for what, code, message in (
            (file, 2, f"{file.name} has several flows: name one of {file.name}:daily, {file.name}:weekly"),
            (f"{file}:dayly", 2, f"{file.name} has no flow 'dayly': did you mean 'daily'?"),
            (none, 2, f"{none.name} has no flow: decorate a function with @flow"),
            (self.directory / "gone.py", 3, "there is no file"),
        ):
            with self.subTest(what):
                ended = self.weir("run", what)
                self.assertEqual(ended.code, code, ended.err)
                self.assertIn(message, ended.err)

    def test_an_unknown_option_is_shown_at_the_users_line_alone(self):
        ended = self.run_source("@task(retrys=2)\ndef load(): pass\n")
        self.assertIn("task 'load' has no option 'retrys': did you mean 'retries'?", ended.err)
        self.assertEqual(ended.err.count("  File "), 1, ended.err)
        self.assertIn("line 3, in <module>", ended.err)

    def test_tasks_belong_into_flows(self):
        ended = self.run_source(TASKS + "give(1)\n")
        self.assertIn(
            "task 'give' was called outside of a flow; call give.function(…) for the plain function", ended.err
        )
        for ended in self.both("@task\ndef outer(): give(1)\n@flow\ndef main(): outer()\n"):
            self.assertIn("task 'give' was called inside of task 'outer'", ended.err)

    def test_a_future_is_no_value_yet(self):
        for use, message in {
            "if give(1): pass": "branch on .result(), or give the next task when=give",
            "[x for x in give(1)]": "wait for it with .result(), or map a task over it",
            "give.map(1)": "give.map() was given nothing to walk along",
        }.items():
            with self.subTest(use):
                for ended in self.both(f"@flow\ndef main():\n    {use}\n"):
                    self.assertIn(message, ended.err)
                    self.assertIn(self.line_of("    " + use), ended.err)


if __name__ == "__main__":
    unittest.main()
