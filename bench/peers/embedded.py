"""The embedded workspace itself: a server with a home of its own, spoken to as any client does."""

import base64
import json
import os
import time
import urllib.request
from pathlib import Path

from measure import ROOT, WEIR
from peers.running import server

PYTHON = ROOT / ".venv/bin/python"
CLUSTER = {"spark_version": "17.3.x-scala2.13", "node_type_id": "local", "num_workers": 2}
IDLE_SECONDS, LOOK_SECONDS = 1.5, 0.25
PATIENCE_SECONDS = 120


class Embedded:
    """Runs until the block ends, and all that it started with it."""

    def __init__(self, folder, *options):
        self.folder, self.home, self.log = folder, folder / "home", folder / "server.log"
        serve = [WEIR, "workspace", "start", "--foreground", "--port", "0", "--python", PYTHON]
        surroundings = {"HOME": str(folder), "WEIR_HOME": str(self.home)}
        self._server = server([*serve, *options], surroundings, self.log, self._is_ready)

    def _is_ready(self):
        return (self.home / "workspace/server.json").exists()

    def __enter__(self):
        self._server.__enter__()
        announced = json.loads((self.home / "workspace/server.json").read_text())
        self.pid, self.port, self.host = announced["pid"], announced["port"], announced["url"]
        self.token = (self.home / "workspace/token").read_text().strip()
        return self

    def __exit__(self, *failure):
        for cluster in self.get("2.1/clusters/list").get("clusters", []):
            self.post("2.1/clusters/permanent-delete", cluster_id=cluster["cluster_id"])
        self._server.__exit__(*failure)
        self.wait(lambda: not self._below(), "all that the workspace started has ended")

    def get(self, path):
        return self._ask(path, None)

    def post(self, path, /, **body):
        return self._ask(path, body)

    def _ask(self, path, body):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.host}/api/{path}", data, {"Authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def upload(self, file):
        """Where it is then."""
        where, content = f"dbfs:/bench/{file.name}", base64.b64encode(file.read_bytes()).decode()
        self.post("2.0/dbfs/put", path=where, contents=content, overwrite=True)
        return where

    def cluster(self, **settings):
        """A new one that runs, with these settings of Spark."""
        spec = {"cluster_name": "bench", "spark_conf": settings, **CLUSTER}
        cluster = self.post("2.1/clusters/create", **spec)["cluster_id"]
        self.wait(lambda: self.get(f"2.1/clusters/get?cluster_id={cluster}")["state"] == "RUNNING", "the cluster runs")
        return cluster

    def submit(self, file, parameters=(), **where):
        task = {"task_key": "only", "spark_python_task": {"python_file": file, "parameters": [*parameters]}, **where}
        return self.post("2.1/jobs/runs/submit", run_name="bench", tasks=[task])["run_id"]

    def state(self, run):
        return self.get(f"2.1/jobs/runs/get?run_id={run}")["state"]

    def output(self, run):
        """What it has printed, when it has ended well."""
        self.wait(lambda: "result_state" in self.state(run), f"run {run} has ended", 0.02)
        printed = self.get(f"2.1/jobs/runs/get-output?run_id={run}")
        if self.state(run)["result_state"] != "SUCCESS":
            raise SystemExit(f"error: a run of the workspace failed: {printed}")
        return printed["logs"]

    def waiting(self):
        """The folders of drivers that were started ahead."""
        folder = self.home / "workspace/waiting"
        return [one for one in folder.iterdir() if not one.is_symlink() and (one / "waited.json").exists()]

    def rest(self, waiting=0):
        """Until so many drivers wait, and nothing has anything to do any more."""
        self.wait(lambda: len(self.waiting()) == waiting, f"{waiting} drivers wait")
        quiet_since, before = time.monotonic(), self._processor_seconds()
        while time.monotonic() - quiet_since < IDLE_SECONDS:
            time.sleep(LOOK_SECONDS)
            now = self._processor_seconds()
            if now - before > 0.1 * LOOK_SECONDS:
                quiet_since = time.monotonic()
            before = now

    def wait(self, happened, what, pause=0.1):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not happened():
            if time.monotonic() > deadline:
                raise SystemExit(f"error: waited {PATIENCE_SECONDS} s in vain until {what}\n{self.log.read_text()}")
            time.sleep(pause)

    def _processor_seconds(self):
        return sum(processor_seconds(pid) for pid in [self.pid, *self._below()])

    def _below(self):
        """All processes that it started, whoever's children they are by now: they know where its home is."""
        mark = f"HOME={self.folder}".encode()
        return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if pid != self.pid and has(pid, mark)]


def has(pid, variable):
    try:
        return variable in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:  # it has ended, or is somebody else's
        return False


def processor_seconds(pid):
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
