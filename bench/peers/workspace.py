"""The stand-in workspace of bench/databricks.py: a process of its own."""

import json
import subprocess
import urllib.request

from peers.running import servers


class Workspace:
    """Runs until the block ends."""

    def __init__(self, build):
        self._program = build / "bench/weir_bench_databricks_server"

    def __enter__(self):
        self._process = subprocess.Popen([self._program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        servers.add(self._process.pid)
        self.host = f"http://127.0.0.1:{json.loads(self._process.stdout.readline())['port']}"
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait()
        servers.discard(self._process.pid)

    def tell(self, what, **order):
        self._ask(f"/bench/{what}", order)

    def report(self):
        """How many runs there are, what was asked since "measure", and of the runs that were told to end."""
        return self._ask("/bench/report", None)

    def submit(self):
        return self._ask("/api/2.2/jobs/runs/submit", {"run_name": "bench/run"})["run_id"]

    def _ask(self, path, body):
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.host + path, data), timeout=60) as answer:
            return json.load(answer)
