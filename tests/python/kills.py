"""Kills the engine, the worker, or both, of Python flows at random moments, resumes, and audits what happened outside.

Every task holds a lock while it runs and writes lines to a journal when it begins and ends, so that the audit need not
believe the history. What must hold when a run has ended:

- the run succeeds, and every task has ended at least once, with the result that an undisturbed run gives;
- no task whose success was recorded begins again;
- no two attempts of a task run at the same time;
- each remote job ran exactly once, and the workspace has no others;
- nothing is left running.

    python tests/python/kills.py --kills 500 --seed 7
"""

import argparse
import fcntl
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
from harness import PYTHON, ROOT, Weir  # noqa: E402

KILLS_PER_LIFE = 6
TASKS = 200
FLOW = '''
import asyncio, fcntl, os, time
import weir
from weir import databricks, flow, task

HERE = os.path.dirname(os.path.abspath(__file__))

def note(what):
    with open(os.path.join(HERE, "journal"), "a") as journal:
        journal.write(f"{what} {weir.context().task} {weir.context().attempt}\\n")

class Alone:
    """While it lives no other attempt of this task may."""

    def __enter__(self):
        self.file = open(os.path.join(HERE, "locks", weir.context().task), "w")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            note("overlap")
        note("begin")

    def __exit__(self, *error):
        if error[0] is None:
            note("end")
        self.file.close()

@task
def step(x):
    with Alone():
        time.sleep(0.003)
        return x + 1

@task(runner="processes")
def apart(x):
    with Alone():
        time.sleep(0.005)
        return (x, os.getpid() > 0)

@task
async def later(x):
    with Alone():
        await asyncio.sleep(0.003)
        return x

@task
def total(*parts):
    with Alone():
        return sum(sum(part) for part in parts)

@flow
def busy():
    dbx = databricks.connect()
    jobs = [dbx.submit_run(spark_python_task={"python_file": "dbfs:/kills/job.py"}, name=f"job{i}") for i in range(3)]
    x = 0
    for _ in range(40):
        x = step(x).result()
    many = step.with_options(name="many").map(range(60))
    chain = step.with_options(name="chain").map(many)
    slow = later.map(range(30))
    pairs = apart.map(range(6))
    whole = total(many, chain, slow)
    if whole.result() > 0:
        step(whole)
    result = [x, whole.result(), [pair[0] for pair in pairs.result()], [job.result().state for job in jobs]]
    with open(os.path.join(HERE, "result"), "w") as file:
        file.write(repr(result))

if __name__ == "__main__":
    busy()
'''
RESULT = "[40, 4155, [0, 1, 2, 3, 4, 5], ['SUCCESS', 'SUCCESS', 'SUCCESS']]"


class Wrong(AssertionError):
    """The audit found that a promise was broken."""


class Life:
    """One run, killed some times, in a folder of its own."""

    def __init__(self, weir, chance, way):
        self.weir, self.chance, self.way = weir, chance, way
        self.folder = Path(tempfile.mkdtemp(prefix="life-", dir=weir.directory))
        (self.folder / "locks").mkdir()
        self.file = self.folder / "busy.py"
        self.file.write_text(FLOW)
        self.home = self.folder / "home"
        self.home.mkdir()
        (self.home / "workspace").symlink_to(weir.home / "workspace")
        self.environment = weir.environment | {
            "WEIR_HOME": str(self.home),
            "WEIR_BINARY": str(ROOT / "build/release/bin/weir")
            if "WEIR_BINARY" not in os.environ
            else os.environ["WEIR_BINARY"],
            "PYTHONPATH": os.environ.get("PYTHONPATH", str(ROOT / "python")),
        }
        self.kills = Counter()

    def live(self, kills_max):
        """Until the run has ended; the last resume is left alone."""
        while sum(self.kills.values()) < kills_max:
            if self.act(kill=True) == 0:
                return
        for _ in range(3):
            if (code := self.act(kill=False)) == 0:
                return
        raise Wrong(f"the run does not end: exit code {code}\n{self.said}")

    def act(self, kill):
        """One command, perhaps killed; its exit code."""
        done = self.succeeded()
        begun = self.journal()
        name = self.run_name()
        command, environment = self.command(name)
        with tempfile.TemporaryFile("w+") as said:
            child = subprocess.Popen(
                command,
                cwd=self.folder,
                env=self.environment | environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
            if kill:
                self.kill_some()
            try:
                code = child.wait(120)
            except subprocess.TimeoutExpired:
                child.kill()
                said.seek(0)
                raise Wrong(f"{command} hangs:\n{said.read()[-3000:]}") from None
            said.seek(0)
            self.said = said.read()
        self.wait_until_nothing_runs()
        for line in self.journal()[len(begun) :]:
            what, task, _ = line.split()
            if what == "begin" and task in done:
                raise Wrong(f"'{task}' began again although its success was recorded")
        return code

    def command(self, name):
        weir = str(self.environment["WEIR_BINARY"])
        by_python = self.way == "python" if name is None else self.chance.random() < 0.5
        if by_python:
            return [PYTHON, self.file], {"WEIR_RESUME": name} if name else {}
        return ([weir, "runs", "resume", name] if name else [weir, "run", self.file]), {}

    def kill_some(self):
        time.sleep(self.chance.choice([self.chance.uniform(0.02, 0.15), self.chance.uniform(0.1, 0.9)]))
        what = self.chance.choice(["engine", "worker", "both"])
        engines, workers = self.processes()
        chosen = {"engine": engines, "worker": workers, "both": engines + workers}[what]
        for pid in chosen:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            self.kills[what] += 1 / len(chosen)
        self.kills[what] = round(self.kills[what])

    def processes(self):
        """Pids of the engines and workers of this life."""
        engines, workers = [], []
        for folder in Path("/proc").iterdir():
            try:
                if not folder.name.isdigit() or os.readlink(folder / "cwd") != str(self.folder):
                    continue
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"exec-shim" in words:
                continue
            is_engine = os.path.basename(words[0]) == b"weir"
            (engines if is_engine else workers).append(int(folder.name))
        return engines, workers

    def wait_until_nothing_runs(self):
        deadline = time.monotonic() + 30
        while any(self.processes()):
            if time.monotonic() > deadline:
                raise Wrong(f"left running: {self.processes()}")
            time.sleep(0.005)
        # What a process held may be given back a moment after it can no longer be seen.
        for file in (self.folder / "locks").iterdir():
            with file.open() as opened:
                fcntl.flock(opened, fcntl.LOCK_EX)

    def journal(self):
        file = self.folder / "journal"
        return file.read_text().splitlines() if file.exists() else []

    def ask(self, *words):
        done = subprocess.run(
            [self.environment["WEIR_BINARY"], *words, "--json"], env=self.environment, capture_output=True, text=True
        )
        return json.loads(done.stdout) if done.returncode == 0 else None

    def run_name(self):
        runs = self.ask("runs", "list")
        if runs and len(runs) > 1:
            raise Wrong("there are two runs")
        return runs[0]["name"] if runs else None

    def succeeded(self):
        """Task runs whose success is recorded, elements included."""
        name = self.run_name()
        shown = self.ask("runs", "show", name, "--all") or self.ask("runs", "show", name) if name else None
        tasks = shown["tasks"] if shown else []
        return {task["key"] for task in tasks if task["state"] == "succeeded"}

    def audit(self):
        journal = self.journal()
        overlaps = [line for line in journal if line.startswith("overlap")]
        if overlaps:
            raise Wrong(f"two attempts at once: {overlaps}")
        ended = {line.split()[1] for line in journal if line.startswith("end")}
        if len(ended) != TASKS - 2:
            raise Wrong(f"{len(ended)} tasks have ended, not {TASKS - 2}")
        name = self.run_name()
        shown = self.ask("runs", "show", name)
        if shown["state"] != "succeeded":
            raise Wrong(f"the run has {shown['state']}")
        result = (self.folder / "result").read_text()
        if result != RESULT:
            raise Wrong(f"the body found {result}, not {RESULT}")


def remote_runs(weir):
    return Counter(run["run_name"] for run in weir.remote_runs())


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--kills", type=int, default=20)
    arguments.add_argument("--seed", type=int, default=20261127)
    asked = arguments.parse_args()
    weir = Weir()
    kills, lives, remote = Counter(), 0, 0
    try:
        weir.start_workspace()
        where = weir.write("job.py", "print('a job')\n")
        weir("fs", "cp", where, "dbfs:/kills/job.py")
        while sum(kills.values()) < asked.kills:
            chance = random.Random(f"{asked.seed}/{lives}")
            life = Life(weir, chance, chance.choice(["weir", "python"]))
            try:
                life.live(min(KILLS_PER_LIFE, asked.kills - sum(kills.values())) or 1)
                life.audit()
                now = sum(remote_runs(weir).values())
                if now - remote != 3:
                    raise Wrong(f"{now - remote} remote runs, not 3")
                remote = now
            except Wrong as wrong:
                print(f"seed {asked.seed}, life {lives}: {wrong}\nkept: {life.folder}", file=sys.stderr)
                weir("workspace", "stop")
                sys.exit(1)
            kills += life.kills
            lives += 1
            shutil.rmtree(life.folder, ignore_errors=True)
            if lives % 10 == 0:
                print(f"{sum(kills.values())} kills in {lives} lives", flush=True)
    finally:
        if sys.exc_info()[0] is None:
            weir.end()
    told = ", ".join(f"{count} of the {what}" for what, count in sorted(kills.items()))
    print(
        f"{sum(kills.values())} kills ({told}) in {lives} runs of {TASKS} tasks "
        f"and 3 remote jobs each: nothing lost, nothing doubled"
    )


if __name__ == "__main__":
    main()
