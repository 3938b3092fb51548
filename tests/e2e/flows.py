"""Flows of processes, for tests that follow what other processes execute."""

import json

from harness import WeirTest, wait_until

# A task that runs this ends when the test touches its gate.
WAIT = "while [ ! -e gate ]; do sleep 0.05; done"


def shell(script, **task):
    return task | {"process": ["sh", "-c", script]}


class FlowTest(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = cls.weir.directory / "gate"

    def tearDown(self):
        self.gate.unlink(missing_ok=True)

    def flow(self, tasks):
        return self.weir.write("flow.yaml", json.dumps({"flow": "flow", "tasks": tasks}))

    def run_ids(self):
        return [run["id"] for run in self.weir.json("runs", "list")]

    def run_flow(self, **tasks):
        """Runs it to its end and answers the run's id."""
        self.weir("run", self.flow(tasks))
        return self.run_ids()[0]

    def start_flow(self, **tasks):
        """Starts it and answers the process and the run's id."""
        known = set(self.run_ids())
        child = self.weir.start("run", self.flow(tasks))
        return child, wait_until(lambda: set(self.run_ids()) - known, "the run began").pop()
