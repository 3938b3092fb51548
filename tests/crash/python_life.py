"""One run of the Python flow from its start to its end, begun either way, with kills of its processes now and then.

`weir run` starts a worker for the body and one for each task that wants a process; `python flow.py` is the
worker itself and starts the engine. A kill takes the engine, the worker, the processes of tasks, or all of them.
"""

import itertools
import os
import shutil
import signal
from dataclasses import dataclass, field
from pathlib import Path

from evidence import Told, read_journal
from harness import PYTHON
from life import Violation
from moments import Moment
from processes import MARK, alive, wait_until_none
from records import FINISHED, SUCCEEDED, history, remote_runs

FLOW = Path(__file__).with_name("python_flow.py")
KILLS_MAX = 8
SPARED = 2  # times that an engine survives its worker: a task that takes three along in a row has failed, rightly
TARGETS = ("engine", "worker", "processes", "together")


@dataclass
class PythonEvidence:
    run: str
    journal: list
    history: list
    remote: list
    state: str
    results: dict  # of tasks and elements that are not remote
    wanted: dict  # the same of a run that nobody disturbed
    told: list = field(default_factory=list)
    stragglers: list = field(
        default_factory=list
    )  # spans of the journal in which a worker of the engine before may still have lived


class PythonLife:
    def __init__(self, home, name, dice, tally, wanted=None):
        self.home, self.name, self.dice, self.tally, self.wanted = home, name, dice, tally, wanted
        self.directory = home.weir.directory / name
        self.directory.mkdir()
        self.file = Path(shutil.copy(FLOW, self.directory / f"{name}.py"))
        self.file.write_text(self.file.read_text().replace("@flow\n", f'@flow(name="{name}")\n'))
        self.journal = self.directory / "journal"
        self.journal.touch()
        self.kills_left = dice.randint(3, KILLS_MAX)
        self.spared = dict.fromkeys(TARGETS, SPARED)
        self.marks = itertools.count(1)
        self.run = self.mark_before = None
        self.told, self.stragglers, self.story = [], [], []

    def live(self):
        """Until the history says that the run has ended."""
        while not self.has_finished():
            self.attempt()
        if left := wait_until_none(lambda: alive(f"{self.name}.")):
            raise Violation(f"processes outlived the run: {left}")
        self.tally.add(runs=1)

    def has_finished(self):
        return bool(self.find_run()) and any(fact.type == FINISHED for fact in self.recorded())

    def recorded(self):
        return history(self.home.weir.home, self.run)

    # One command

    def attempt(self):
        """A command that begins the run or goes on with it, killed once or more often, or left alone."""
        mark = f"{self.name}.{next(self.marks)}."
        child, words = self.command(mark)
        disturbed = False
        while self.kills_left and (moment := self.moment()).arrives(child):
            target = self.choose(child)
            if self.kill(child, mark, target):
                self.kills_left -= 1
                disturbed = True
                self.tally.add(kills=1, **{target: 1})
                self.story.append(f"{words}: {target} killed at {moment}")
        ended = self.home.weir.finish(child, timeout=120)
        self.story.append(f"{words}: {ended.code}")
        if not disturbed and ended.code != 0:
            raise Violation(f"{words} was left alone and ended with {ended.code}:\n{ended.err}")
        self.look_back(mark)

    def command(self, mark):
        environment = {MARK: mark, "CRASH_SCRIPT": self.home.script}
        by_python = self.dice.random() < 0.5
        if self.run:
            self.tally.add(resumes=1)
        if by_python:
            environment |= {"WEIR_RESUME": self.run} if self.run else {}
            return self.home.weir.start(self.file, program=PYTHON, **environment), f"python, {self.run}"
        command = ["runs", "resume", self.run] if self.run else ["run", self.file, "-p", f"script={self.home.script}"]
        return self.home.weir.start(*command, **environment), f"weir {command[0]}, {self.run}"

    def moment(self):
        return Moment(self.dice, 250, 1.5, self.journal)

    def choose(self, child):
        """In the one way the child is the engine, in the other the worker; killing that spares nobody for long."""
        return self.dice.choice([target for target in TARGETS if self.spared[target] > 0])

    def kill(self, child, mark, target):
        """Whether somebody was there to be killed."""
        groups = self.groups(mark)
        victims = [pid for group in groups.values() for pid in group] if target == "together" else groups[target]
        killed = [pid for pid in victims if kill(pid)]
        if killed and target in ("worker", "processes") and child.pid not in killed:
            self.spared[target] -= 1
        return bool(killed)

    def groups(self, mark):
        """Pids of the engine, of the body's worker and of the others."""
        groups = {"engine": [], "worker": [], "processes": []}
        body = self.directory / "body"
        worker = int(body.read_text() or 0) if body.exists() else 0
        for pid, command in alive(mark):
            if os.path.basename(command[0]) == b"weir" and command[1:2] != [b"exec-shim"]:
                groups["engine"].append(pid)
            elif b"weir.worker" in command and pid != worker:
                groups["processes"].append(pid)
            elif b"python" in command[0]:
                groups["worker"].append(pid)
        return groups

    # After it

    def look_back(self, mark):
        """Waits for the engine's end; for that of its workers in half of the cases. Then notes what is recorded."""
        if left := wait_until_none(lambda: self.groups(mark)["engine"]):
            raise Violation(f"the engine outlived its command: {left}")
        if self.mark_before and (left := wait_until_none(lambda: alive(self.mark_before))):
            raise Violation(f"processes outlived their engine and the next one: {left}")
        if self.dice.random() < 0.5 and (left := wait_until_none(lambda: alive(mark))):
            raise Violation(f"processes outlived their engine: {left}")
        self.mark_before = mark
        lines = len(read_journal(self.journal))
        self.stragglers = [(first, last or lines) for first, last in self.stragglers]
        if alive(mark):
            self.stragglers.append((lines, None))
        if self.find_run():
            done = [fact.name for fact in self.recorded() if fact.type == SUCCEEDED]
            self.told.append(Told(done, lines))

    def find_run(self):
        if not self.run:
            runs = self.home.weir.json("runs", "list", "--flow", self.name)
            if len(runs) > 1:
                raise Violation(f"one flow was started once and has {len(runs)} runs")
            self.run = runs[0]["id"] if runs else None
        return self.run

    def evidence(self):
        shown = self.home.weir.json("runs", "show", self.run, "--all")
        results = {task["key"]: task.get("result") for task in shown["tasks"] if not task["key"].startswith("job")}
        remote = remote_runs(self.home.weir.home, self.journal)
        self.tally.add(remote=len(remote), met=sum(line.what == "overlap" for line in read_journal(self.journal)))
        return PythonEvidence(
            self.run,
            read_journal(self.journal),
            self.recorded(),
            remote,
            shown["state"],
            results,
            dict(self.wanted or results),
            self.told,
            self.stragglers,
        )


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
