"""Python flows under test: each test class has a home of its own; programs are files that a user could have written."""

import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
WEIR = os.environ.get("WEIR_BINARY", str(ROOT / "build/release/bin/weir"))
HEAD = "import weir\nfrom weir import flow, task\n"


class Finished(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


class FlowTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.directory = Path(tempfile.mkdtemp(prefix="weir-python-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory, ignore_errors=True)
        cls.numbers = itertools.count(1)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABRICKS_", "WEIR_"))}
        cls.environment = kept | {
            "HOME": str(cls.directory),
            "NO_COLOR": "1",
            "PYTHONPATH": str(ROOT / "python"),
            "WEIR_BINARY": WEIR,
            "WEIR_HOME": str(cls.directory / "home"),
            "WEIR_PYTHON": sys.executable,
            "WEIR_WARM_DRIVERS": "0",
        }

    def write(self, source, name=None):
        """A flow's file; what every flow imports stands above `source`."""
        file = self.directory / (name or f"flow{next(self.numbers)}.py")
        file.write_text(HEAD + textwrap.dedent(source))
        return file

    def start(self, *command, **environment):
        return subprocess.Popen(
            [str(part) for part in command],
            cwd=self.directory,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self, child, timeout=120):
        try:
            out, err = child.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            child.kill()
            raise AssertionError(f"still running after {timeout} s:\n{child.communicate()[1]}") from None
        return Finished(child.returncode, out, err)

    def read_until(self, child, awaited):
        """Reads standard error up to the line that has this text."""
        told = ""
        for line in child.stderr:
            told += line
            if awaited in line:
                return told
        raise AssertionError(f"it ended without saying {awaited!r}:\n{told}")

    def wait_until(self, condition, what, seconds=60):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {seconds} s in vain until {what}")
            time.sleep(0.01)

    def python(self, *arguments, **environment):
        return self.finish(self.start(sys.executable, *arguments, **environment))

    def weir(self, *arguments, **environment):
        return self.finish(self.start(WEIR, *arguments, **environment))

    def run_source(self, source, *arguments, **environment):
        """`python FILE`, for a file that ends with the call of its flow."""
        return self.python(self.write(source), *arguments, **environment)

    def value_of(self, source):
        """What the flow `main` of a source returns; its run must succeed."""
        ended = self.run_source(source + "\nif __name__ == '__main__':\n    print(repr(main()))\n")
        self.assertEqual(ended.code, 0, ended.err)
        return ended.out.strip()

    def json(self, *arguments):
        ended = self.weir(*arguments, "--json")
        self.assertEqual(ended.code, 0, ended.err)
        return json.loads(ended.out)

    def last_run(self):
        """The newest run, as `runs show --json` tells it, its tasks by key."""
        name = max(self.json("runs", "list"), key=lambda run: run["id"])["name"]
        shown = self.json("runs", "show", name)
        shown["tasks"] = {task["key"]: task for task in shown["tasks"]}
        return shown

    def states(self):
        return {key: task["state"] for key, task in self.last_run()["tasks"].items()}
