"""A state folder with its workspace, in which lives take place one after the other, and now and then two at once."""

import json
import random
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
from author import draw_plan
from harness import Weir
from life import Life
from plan import JOB

TOGETHER = 0.3  # how often two lives share the store at the same time


class Home:
    def __init__(self):
        self.weir = Weir()
        self.restarting = threading.Lock()
        self.is_kept = False
        try:
            self.weir.start_workspace()
            source = Path(__file__).with_name("remote_step.py").read_text()
            self.script = self.weir.upload_script("remote_step.py", source)
            task = {"task_key": "step", "spark_python_task": {"python_file": self.script}}
            job = {"name": JOB, "max_concurrent_runs": 100, "tasks": [task]}
            created = self.weir("jobs", "create", "--json", json.dumps(job))
            assert created.code == 0, created.err
        except BaseException:
            self.weir.end()
            raise

    def kill_workspace(self):
        with self.restarting:
            self.weir.kill_workspace()
            self.weir.start_workspace()

    def draw_lives(self, seed, number, tally):
        """One life or two, from the seed and the number alone."""
        dice = random.Random(f"{seed}/{number}")
        count = 2 if dice.random() < TOGETHER else 1
        names = [f"s{seed}-{number}{letter}" for letter in "ab"[:count]]
        return [Life(self, draw_plan(name, dice), random.Random(f"{name}"), tally) for name in names]

    def live(self, lives):
        """Lives them all, then answers the evidence of each."""
        with ThreadPoolExecutor(len(lives)) as pool:
            codes = list(pool.map(Life.live, lives))
        return [life.evidence(code) for life, code in zip(lives, codes, strict=True)]

    def end(self):
        self.weir.end()
