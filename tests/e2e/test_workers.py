"""Python flows outlive their workers, their programs and their engine."""

import os
import signal
import unittest

from harness import PROGRAMS, PYTHON, ROOT, WeirTest, is_running, wait_until

FLOW = """
import os, pathlib, signal
from weir import flow, task

def once(name):
    "True for the first process that asks."
    try:
        os.close(os.open(name, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True

def count(name):
    with open(name, "a") as file:
        file.write("x")

if pathlib.Path("broken").exists():
    raise RuntimeError("the file was changed")

@task
def load(n):
    count("loads")
    return list(range(n))

@task
def fragile(item):
    if item == 1 and once("died"):
        os.kill(os.getpid(), signal.SIGKILL)
    return item * 10

@task
def killer():
    os.kill(os.getpid(), signal.SIGKILL)

@task
def breaker():
    pathlib.Path("broken").touch()
    os.kill(os.getpid(), signal.SIGKILL)

@task
def wait(pid_file):
    pathlib.Path(pid_file).write_text(str(os.getpid()))
    while not pathlib.Path("go").exists():
        import time
        time.sleep(0.02)
    return "waited"

@flow
def survives():
    return fragile.map(load(3)).result()

@flow
def dies():
    killer()
    fragile.map([2, 3])

@flow
def breaks():
    breaker()

@flow
def waits():
    load(1).result()
    return wait("pid").result()

if __name__ == "__main__":
    waits()
"""


class Workers(WeirTest):
    def setUp(self):
        self.weir.write("flow.py", FLOW)
        for name in ("died", "broken", "go", "pid", "loads"):
            (self.weir.directory / name).unlink(missing_ok=True)
        self.weir.environment |= {"PYTHONPATH": str(ROOT / "python"), "WEIR_BINARY": str(PROGRAMS / "weir")}

    def newest(self):
        return self.weir.json("runs", "list")[0]

    def task(self, key):
        shown = self.weir.json("runs", "show", self.newest()["name"], "--all")
        return next(task for task in shown["tasks"] if task["key"] == key)

    def worker_pid(self):
        file = self.weir.directory / "pid"
        return int(wait_until(lambda: file.exists() and file.read_text(), "the task has begun"))

    def loads(self):
        return len((self.weir.directory / "loads").read_text())

    def test_a_run_outlives_a_worker_that_is_killed_and_repeats_nothing_that_had_ended(self):
        self.assert_ended(self.weir("run", "flow.py:survives"), 0)
        self.assertEqual(self.loads(), 1)
        self.assertEqual(self.task("fragile[1]")["attempts"], 2)

    def test_a_task_that_kills_its_worker_each_time_fails_and_its_neighbours_do_not(self):
        ended = self.weir("run", "flow.py:dies")
        self.assert_ended(ended, 1)
        self.assertIn("signal 9 (Killed)", ended.err)
        self.assertEqual(self.task("killer")["state"], "failed")
        self.assertEqual(self.task("fragile")["state"], "succeeded")

    def test_a_file_that_does_not_load_for_the_next_worker_fails_the_run_at_once(self):
        ended = self.weir("run", "flow.py:breaks", timeout=60)
        self.assert_ended(ended, 1)
        self.assertIn("the file was changed", ended.err)

    def test_ctrl_c_ends_the_wait_for_a_file_that_takes_long_to_load(self):
        self.weir.write("slow.py", "import pathlib, time\npathlib.Path('pid').write_text('1')\ntime.sleep(600)\n")
        child = self.weir.start("run", "slow.py")
        self.worker_pid()
        child.send_signal(signal.SIGINT)
        self.assert_ended(self.weir.finish(child, timeout=60), 130)

    def test_a_python_without_the_package_is_not_found_and_says_what_to_do(self):
        ended = self.weir("run", "flow.py:waits", WEIR_PYTHON="/usr/bin/python3", PYTHONPATH="")
        self.assert_ended(ended, 3)
        self.assertIn("install the wheel there: /usr/bin/python3 -m pip install build/dist/weir-*.whl", ended.err)

    def test_a_run_goes_on_after_its_engine_was_killed_and_the_worker_dies_with_it(self):
        child = self.weir.start("run", "flow.py:waits")
        pid = self.worker_pid()
        child.kill()
        child.wait()
        wait_until(lambda: not is_running(pid), "the worker is gone")
        (self.weir.directory / "go").touch()
        self.assert_ended(self.weir("runs", "resume", self.newest()["name"]), 0)
        self.assertEqual(self.loads(), 1)

    def test_a_run_goes_on_after_the_program_that_started_it_was_killed(self):
        program = self.weir.start("flow.py", program=PYTHON)
        os.kill(self.worker_pid(), signal.SIGKILL)
        program.wait()
        name = self.newest()["name"]
        wait_until(lambda: self.newest()["interrupted"], "the engine has left")
        self.assertIn(f"weir runs resume {name}", program.files[1].read_text())
        (self.weir.directory / "go").touch()
        self.assert_ended(self.weir("runs", "resume", name), 0)
        self.assertEqual(self.loads(), 1)


if __name__ == "__main__":
    unittest.main()
