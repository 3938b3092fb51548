"""Flows whose calls to the workspace go through a proxy with faults."""

from fault_proxy import FaultProxy
from harness import WeirTest, submit_flow

KEYS = ["first", "second"]
DONE = "import sys\nprint('done', sys.argv[1])\n"

# Goes on until the test touches the gate.
WAITS = """
import os, pathlib, time
gate = pathlib.Path(os.environ["HOME"]) / "gate"
while not gate.exists():
    time.sleep(0.02)
"""

SUBMIT, GET, LIST, OUTPUT, CANCEL = (f"runs/{what}" for what in ("submit", "get", "list", "get-output", "cancel"))


class FaultTest(WeirTest):
    with_workspace = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.done = cls.weir.upload_script("done.py", DONE)
        cls.waits = cls.weir.upload_script("waits.py", WAITS)

    def setUp(self):
        self.proxy = FaultProxy(self.weir)
        self.addCleanup(self.proxy.__exit__)
        (self.weir.directory / "gate").unlink(missing_ok=True)
        self.before = {run["run_id"] for run in self.weir.remote_runs()}

    def open_gate(self):
        (self.weir.directory / "gate").touch()

    def new_runs(self):
        return [run for run in self.weir.remote_runs() if run["run_id"] not in self.before]

    def start(self, script, keys=KEYS):
        flow = self.weir.write("faults.yaml", submit_flow("faults", keys, script))
        return self.weir.start("run", flow, **self.proxy.environment())
