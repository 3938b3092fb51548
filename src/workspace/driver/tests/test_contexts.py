"""Execution contexts of a cluster's driver: real processes, with a stand-in for the Spark they attach to."""

import json
import os
import signal
import tempfile
import textwrap
import time
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from driver.contexts import Contexts
from driver.usage import Usage

PATIENCE_SECONDS = 30

# What main.py does for a context, once there is a line in the file `may_start`, and without a JVM.
PROGRAM = """
import json, sys, types
sys.path.insert(0, {driver!r})
from driver import command_context
pyspark, sql = types.ModuleType("pyspark"), types.ModuleType("pyspark.sql")
pyspark.__file__, sql.DataFrame = "/nowhere/pyspark/__init__.py", type("DataFrame", (), {{}})
sql.SparkSession = types.SimpleNamespace(
    builder=types.SimpleNamespace(getOrCreate=lambda: types.SimpleNamespace(sparkContext=None))
)
sys.modules["pyspark"], sys.modules["pyspark.sql"] = pyspark, sql
command_context.attach = lambda *_: [open({may_start!r}).read()]
command_context.run_context(json.load(open(sys.argv[1])))
"""


class ContextsOfACluster(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        back = os.getcwd()
        os.chdir(self.folder)
        self.addCleanup(os.chdir, back)
        for name in ("may_start", "pipe"):
            os.mkfifo(self.folder / name)
        program = self.folder / "program.py"
        package = Path(__file__).resolve().parents[2]
        program.write_text(PROGRAM.format(driver=str(package), may_start=str(self.folder / "may_start")))
        main = mock.patch("driver.contexts.MAIN", program)
        main.start()
        self.addCleanup(main.stop)
        ready = self.folder / "ready.json"
        ready.write_text(json.dumps({"gateway": {}, "packages": []}))
        self.canceled = []
        task = SimpleNamespace(
            master="", app_name="", dbfs_root=self.folder, workspace_root=self.folder, workspace_home=self.folder
        )
        spark = SimpleNamespace(sparkContext=SimpleNamespace(cancelJobsWithTag=self.canceled.append))
        self.contexts = Contexts(SimpleNamespace(task=task, usage=Usage(), spark=spark), ready)
        self.context = self.contexts.create("python")["id"]
        self.addCleanup(self.destroy)

    def destroy(self):
        context = self.contexts._find(self.context)
        self.contexts.destroy(self.context)
        context.process.stdin.close()

    def let_start(self):
        (self.folder / "may_start").write_text("the tag")

    def execute(self, command):
        return self.contexts.execute(self.context, "python", textwrap.dedent(command))["id"]

    def wait(self, number, *statuses):
        until = time.monotonic() + PATIENCE_SECONDS
        while (seen := self.contexts.command(self.context, number))["status"] not in statuses:
            self.assertIn(seen["status"], ("Queued", "Running", "Cancelling"), seen)
            self.assertLess(time.monotonic(), until, seen)
            os.sched_yield()
        return seen["results"]

    def value_of(self, command):
        """What a command shows that comes to its end."""
        return self.wait(self.execute(command), "Finished")["data"]

    def begun(self, command):
        """Its number, once it is reading from the pipe."""
        number = self.execute(command)
        writer = os.open(self.folder / "pipe", os.O_WRONLY)  # returns when somebody reads
        self.addCleanup(os.close, writer)
        return number, writer

    def test_a_queued_command_that_is_cancelled_has_no_effect_on_the_one_that_runs_and_none_of_its_own(self):
        self.let_start()
        first, writer = self.begun("import os\npipe = os.open('pipe', os.O_RDONLY)\nos.read(pipe, 1)")
        second = self.execute("open('effect', 'w').close()")
        self.contexts.cancel(self.context, second)
        self.assertEqual(self.wait(second, "Cancelled")["summary"], "Command cancelled")
        os.write(writer, b"x")
        self.assertEqual(self.wait(first, "Finished")["data"], "b'x'")
        self.assertEqual(self.value_of("6 * 7"), "42")
        self.assertFalse((self.folder / "effect").exists())
        self.assertEqual(self.canceled, [])

    def test_the_command_that_runs_is_cancelled_and_the_context_goes_on(self):
        self.let_start()
        first, _ = self.begun("import os\nkept = 42\npipe = os.open('pipe', os.O_RDONLY)\nos.read(pipe, 1)")
        self.contexts.cancel(self.context, first)
        self.assertEqual(self.wait(first, "Cancelled")["summary"], "KeyboardInterrupt")
        self.assertEqual(self.value_of("kept"), "42")
        self.assertEqual(set(self.canceled), {"the tag"})

    def test_a_command_that_is_cancelled_before_its_context_has_started_never_runs(self):
        number = self.execute("open('effect', 'w').close()")
        self.contexts.cancel(self.context, number)
        self.wait(number, "Cancelled")
        self.let_start()
        self.assertEqual(self.value_of("6 * 7"), "42")
        self.assertFalse((self.folder / "effect").exists())

    def test_an_interrupt_between_two_commands_does_nothing(self):
        self.let_start()
        self.assertEqual(self.value_of("6 * 7"), "42")
        self.contexts._find(self.context).process.send_signal(signal.SIGINT)
        self.assertEqual(self.value_of("6 * 7"), "42")

    def test_commands_of_a_context_that_has_died_end_in_an_error(self):
        self.let_start()
        dying = self.execute("import os; os._exit(3)")
        waiting = self.execute("6 * 7")
        self.wait(dying, "Error")
        self.wait(waiting, "Error")
        self.wait(self.execute("6 * 7"), "Error")
        self.assertEqual(self.contexts.status(self.context)["status"], "Error")


if __name__ == "__main__":
    unittest.main()
