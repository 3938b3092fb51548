"""Ctrl-C: once stops starting work, twice cancels, three times leaves, in a program as under `weir run`."""

import signal
import sys
import unittest

from harness import WEIR, FlowTest

FLOW = """
import os, sys, time
@task
def naps():
    print("napping")
    open("napping", "w").close()
    while not os.path.exists("enough"):
        time.sleep(0.01)
@task
def hangs():
    open("napping", "w").close()
    while True:
        pass
@task
def sleeps_in_c():
    open("napping", "w").close()
    time.sleep(1000)
@task
def after(x): pass
@flow
def main(which: str = "naps"):
    after(globals()[which]())
if __name__ == "__main__":
    main(*sys.argv[1:])
"""


class Signals(FlowTest):
    def setUp(self):
        self.file = self.write(FLOW)
        for name in ("napping", "enough"):
            (self.directory / name).unlink(missing_ok=True)

    def under_way(self, *command):
        child = self.start(*command)
        self.wait_until(lambda: (self.directory / "napping").exists(), "the task has begun")
        return child

    def press(self, child, awaited):
        """Ctrl-C, and waits until it is told what comes of it."""
        child.send_signal(signal.SIGINT)
        return self.read_until(child, awaited)

    def commands(self, which):
        yield "python", (sys.executable, self.file, which)
        yield "weir run", (WEIR, "run", self.file, "-p", f"which={which}")

    def test_the_first_waits_for_what_runs_and_starts_nothing_more(self):
        for name, command in self.commands("naps"):
            with self.subTest(name):
                self.setUp()
                child = self.under_way(*command)
                self.press(child, "press Ctrl-C again to cancel the run")
                (self.directory / "enough").touch()
                self.assertEqual(self.finish(child).code, 130)
                shown = self.last_run()
                self.assertEqual((shown["state"], shown["tasks"]["naps"]["state"]), ("running", "succeeded"))
                self.assertEqual(shown["tasks"]["after"]["attempts"], 0)
                ended = self.weir("runs", "resume", shown["name"])
                self.assertEqual(ended.code, 0, ended.err)
                self.assertEqual(self.states(), {"naps": "succeeded", "after": "succeeded"})
                self.assertEqual(self.last_run()["tasks"]["naps"]["attempts"], 1)

    def test_the_second_cancels_what_runs_python(self):
        for name, command in self.commands("hangs"):
            with self.subTest(name):
                self.setUp()
                child = self.under_way(*command)
                self.press(child, "press Ctrl-C again to cancel the run")
                child.send_signal(signal.SIGINT)
                self.assertEqual(self.finish(child).code, 130)
                self.assertEqual(self.last_run()["state"], "cancelled")
                self.assertEqual(set(self.states().values()), {"cancelled"})  # "after" may not have been declared yet

    def test_the_third_leaves_what_cannot_be_interrupted(self):
        for name, command in self.commands("sleeps_in_c"):
            with self.subTest(name):
                self.setUp()
                child = self.under_way(*command)
                self.press(child, "press Ctrl-C again to cancel the run")
                self.press(child, "press Ctrl-C again to leave without waiting")
                child.send_signal(signal.SIGINT)
                self.assertEqual(self.finish(child, timeout=30).code, 130)

    def test_a_program_that_is_killed_goes_on_with_what_has_finished(self):
        source = """
        import os
        @task
        def counts(): open("counted", "a").write("x"); return 7
        @task
        def dies(x):
            if not os.path.exists("died"):
                open("died", "w").close()
                os.kill(os.getpid(), 9)
            return x
        @flow
        def main(): return dies(counts())
        if __name__ == "__main__":
            print(main())
        """
        file = self.write(source)
        ended = self.python(file)
        self.assertEqual(ended.code, -signal.SIGKILL)
        self.assertIn("the program has ended before its run. Go on with: weir runs resume", ended.err)
        name = self.last_run()["name"]
        ended = self.python(file, WEIR_RESUME=name)
        self.assertEqual((ended.code, ended.out), (0, "7\n"), ended.err)
        self.assertEqual((self.directory / "counted").read_text(), "x")


if __name__ == "__main__":
    unittest.main()
