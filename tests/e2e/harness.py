"""A weir with a home of its own for each test class: nothing of the user's reaches it, nothing stays behind."""

import itertools
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(os.environ.get("WEIR_BIN", ROOT / "build/release/bin"))
PYTHON = os.environ.get("WEIR_PYTHON", str(ROOT / ".venv/bin/python"))


class Finished(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


class Weir:
    """Runs the built programs with a home, a working directory and an environment of their own."""

    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="weir-e2e-"))
        self.home = self.directory / "home"
        self.home.mkdir()
        self.numbers = itertools.count(1)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABRICKS_", "WEIR_"))}
        self.environment = kept | {
            "HOME": str(self.directory),
            "NO_COLOR": "1",
            "PATH": f"{PROGRAMS}:{kept['PATH']}",
            "PYTHONPATH": str(ROOT / "python"),
            "WEIR_BINARY": str(PROGRAMS / "weir"),
            "WEIR_HOME": str(self.home),
            "WEIR_PYTHON": PYTHON,
            "WEIR_WARM_DRIVERS": "0",
            "WEIR_WORKSPACE": "embedded",
        }

    def start(self, *arguments, program="weir", folder=".", **environment):
        """Starts a command and leaves it running; its output goes to files, so that it never waits for a reader."""
        number = next(self.numbers)
        files = [self.directory / f"{number}.{stream}" for stream in ("out", "err")]
        with files[0].open("w") as out, files[1].open("w") as err:
            child = subprocess.Popen(
                [PROGRAMS / program, *map(str, arguments)],
                cwd=self.directory / folder,
                env=self.environment | environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )
        child.files = files
        return child

    def finish(self, child, timeout=300):
        try:
            code = child.wait(timeout)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            raise AssertionError(f"still running after {timeout} s:\n{child.files[1].read_text()}") from None
        return Finished(code, *(file.read_text() for file in child.files))

    def __call__(self, *arguments, program="weir", timeout=300, **environment):
        return self.finish(self.start(*arguments, program=program, **environment), timeout)

    def json(self, *arguments):
        """What a command that must succeed answers with --json."""
        ended = self(*arguments, "--json")
        if ended.code != 0:
            raise AssertionError(f"weir {' '.join(map(str, arguments))} ended with {ended.code}:\n{ended.err}")
        return json.loads(ended.out)

    def write(self, name, text):
        file = self.directory / name
        file.write_text(text)
        return file

    def start_workspace(self):
        ended = self("workspace", "start", "--port", "0")
        if ended.code != 0:
            raise AssertionError(f"the workspace did not start:\n{ended.err}")

    def server(self):
        """The workspace server's announcement: its pid, host and port."""
        return json.loads((self.home / "workspace/server.json").read_text())

    def host(self):
        return f"http://{self.server()['host']}:{self.server()['port']}"

    def token(self):
        return (self.home / "workspace/token").read_text().strip()

    def kill_workspace(self):
        """kill -9, and waits until the process is gone."""
        pid = self.server()["pid"]
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not is_running(pid), "the killed server is gone")

    def api(self, path):
        """GET from the workspace's REST API."""
        request = urllib.request.Request(
            f"{self.host()}/api/2.1/{path}", headers={"Authorization": f"Bearer {self.token()}"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def post(self, path, **body):
        """POST to the workspace's REST API. The answer; None when it refuses."""
        request = urllib.request.Request(
            f"{self.host()}/api/2.1/{path}",
            json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.token()}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError:
            return None

    def remote_runs(self):
        """All the runs of the workspace."""
        found, page = [], {}
        while not found and not page or page.get("next_page_token"):
            query = f"&page_token={page['next_page_token']}" if page else ""
            page = self.api("jobs/runs/list?limit=25" + query)
            found += page.get("runs", [])
        return found

    def upload_script(self, name, source):
        """Puts a Python program into DBFS and returns where it is."""
        where = f"dbfs:/e2e/{name}"
        ended = self("fs", "cp", self.write(name, source), where)
        if ended.code != 0:
            raise AssertionError(f"could not upload {name}:\n{ended.err}")
        return where

    def end(self):
        self("workspace", "stop")
        shutil.rmtree(self.directory, ignore_errors=True)


class WeirTest(unittest.TestCase):
    """Tests that share one weir, without a workspace unless a class sets `with_workspace`."""

    with_workspace = False

    @classmethod
    def setUpClass(cls):
        cls.weir = Weir()
        cls.addClassCleanup(cls.weir.end)
        if cls.with_workspace:
            cls.weir.start_workspace()

    @classmethod
    def sdk_client(cls):
        """The databricks-sdk's client of this weir's workspace, told of it as the SDK's users tell it: by variables."""
        from databricks.sdk import WorkspaceClient

        only = {"DATABRICKS_HOST": cls.weir.host(), "DATABRICKS_TOKEN": cls.weir.token()}
        clean = {name: value for name, value in cls.weir.environment.items() if not name.startswith("WEIR_")}
        with mock.patch.dict(os.environ, clean | only, clear=True):
            return WorkspaceClient()

    def assert_ended(self, ended, code):
        self.assertEqual(ended.code, code, f"standard error was:\n{ended.err}")


def is_running(pid):
    """False for a zombie too: it has ended, whoever has not reaped it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until(condition, what, seconds=60):
    """Polls until `condition` answers something true, and returns it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds} s in vain until {what}")


def prepare_tutorial(weir):
    """Gives the workspace the tutorial's data, scripts and job."""
    prepare(weir, ROOT / "examples/01-tutorial")


def prepare(weir, example):
    """Gives the workspace what an example needs."""
    prepared = subprocess.run(
        [example / "prepare.sh"],
        env=weir.environment | {"WEIR": str(PROGRAMS / "weir")},
        capture_output=True,
        text=True,
    )
    assert prepared.returncode == 0, prepared.stderr


def submit_flow(name, keys, where, **run):
    """A flow of submit_run tasks, one after the other, that run the script at `where`. As JSON, which is YAML."""
    tasks, before = {}, None
    for key in keys:
        task = {"spark_python_task": {"python_file": where, "parameters": [key]}}
        tasks[key] = {"databricks.submit_run": task | run} | ({"needs": before} if before else {})
        before = key
    return json.dumps({"flow": name, "tasks": tasks}, indent=2)
