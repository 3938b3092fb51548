"""A workspace whose server is killed, and a client of it that does not give up."""

import json
import os
import random
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
from harness import Weir, is_running, wait_until
from workspace_author import draw_orders
from workspace_life import Violation, WorkspaceLife
from workspace_order import NEW_CLUSTER, job

OPTIONS = ("--port", "0", "--drivers", "8", "--warm-drivers", "0")
WARM = ("--port", "0", "--drivers", "8", "--warm-drivers", "1", "--warm-memory", "0")
ANSWER_SECONDS_MAX = 60  # within which a server is there again


class WorkspaceHome:
    def __init__(self):
        self.weir, self.is_kept, self.known = Weir(), False, set()
        self.options = OPTIONS
        self.restarting = threading.Lock()
        try:
            self.start()
            self.script = self.weir.upload_script(
                "workspace_step.py", Path(__file__).with_name("workspace_step.py").read_text()
            )
            self.job = self.ask("jobs/create", job(self))["job_id"]
            self.cluster = self.ask("clusters/create", {"cluster_name": "shared", **NEW_CLUSTER})["cluster_id"]
            wait_until(lambda: self.cluster_state() == "RUNNING", "the shared cluster runs", 120)
        except BaseException:
            self.end()
            raise

    # The server

    def choose(self, warm):
        """For the servers to come: whether a driver is started ahead, and handed over at whatever it is just doing."""
        self.options = WARM if warm else OPTIONS

    def start(self):
        ended = self.weir("workspace", "start", *self.options)
        if ended.code != 0:
            raise Violation(f"the workspace did not start: {ended.err}")

    def kill(self):
        """The server that is there, and no other."""
        with self.restarting:
            self.weir.kill_workspace()

    def kill_while_it_starts(self, delay):
        """Starts one and kills it so long after it took the folder. Whether it was still alive then."""
        with self.restarting:
            before = self.holder()
            child = self.weir.start("workspace", "start", *self.options)
            while self.holder() == before and child.poll() is None:
                time.sleep(0.001)
            time.sleep(delay)
            pid = self.holder()
            killed = pid != before and is_running(pid)
            if killed:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                wait_until(lambda: not is_running(pid), "the killed server is gone")
            self.weir.finish(child)
            return killed

    def holder(self):
        """The process that took the folder last."""
        text = (self.weir.home / "workspace/lock").read_text()
        return int(text) if text.strip().isdigit() else 0

    # A client

    def ask(self, path, body=None):
        """The answer, however often the server dies before it has given one. A refusal is a Violation."""
        deadline = time.monotonic() + ANSWER_SECONDS_MAX
        while True:
            try:
                return self.ask_once(path, body)
            except (OSError, ValueError, urllib.error.URLError) as failure:  # ValueError: half an answer
                if isinstance(failure, urllib.error.HTTPError) and failure.code != 503:
                    raise Violation(f"{path} was refused: {failure.code} {failure.read()}") from None
                if time.monotonic() > deadline:
                    raise Violation(f"{path} had no answer for {ANSWER_SECONDS_MAX} s: {failure}") from None
                time.sleep(0.01)

    def ask_once(self, path, body):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.weir.token()}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.weir.host()}/api/2.1/{path}", data, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def cluster_state(self):
        return self.ask(f"clusters/get?cluster_id={self.cluster}")["state"]

    # Lives

    def draw_lives(self, seed, number, tally):
        """One, from the seed and the number alone."""
        name = f"s{seed}-{number}"
        dice = random.Random(f"workspace/{name}")
        return [WorkspaceLife(self, name, draw_orders(name, dice), dice, tally)]

    def live(self, lives):
        evidence = [life.live() for life in lives]
        if (state := self.cluster_state()) != "RUNNING":
            raise Violation(f"the shared cluster, which nobody ended, is {state}")
        return evidence

    def end(self):
        """Of its cluster too, which would outlive the server."""
        with suppress(Exception):
            self.ask_once("clusters/permanent-delete", {"cluster_id": self.cluster})
        self.weir.end()
