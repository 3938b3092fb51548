"""One run of a flow from its start to its end, with a kill now and then."""

import itertools
import re
import signal

from evidence import Evidence, Told, read_journal
from moments import Moment
from processes import MARK, wait_until_gone
from records import history, remote_runs

SUCCESS = re.compile(r"^✓ (\S+)", re.MULTILINE)
PRINTED = re.compile(r"run (\S+)$", re.MULTILINE)
KILLS_MAX = 6
PAUSED = 0.08  # how often a kill comes right after the request to pause


class Violation(Exception):
    """weir did what it must not do, or not what it must."""


class Life:
    """`home` is the Home it takes place in; `dice` decide the moments."""

    def __init__(self, home, plan, dice, tally):
        self.home, self.plan, self.dice, self.tally = home, plan, dice, tally
        self.name = plan.flow
        self.directory = home.weir.directory / plan.flow
        self.directory.mkdir()
        self.journal = self.directory / "journal"
        self.journal.touch()
        self.file = self.directory / "flow.yaml"
        self.file.write_text(plan.text(self.journal, home.script))
        self.kills_left = dice.randint(1, KILLS_MAX)
        self.marks = itertools.count(1)
        self.run = None
        self.told, self.story = [], []
        self.mended = self.cancelled = False

    # What happens

    def live(self):
        """To the end of the run, and of its retry if there is one. Answers the evidence."""
        code = self.begin()
        if self.dice.random() < 0.6 and self.leaves_something_undone():
            code = self.retry()
        if left := self.outlived():
            raise Violation(f"processes outlived the run: {left}")
        self.tally.add(runs=1)
        return code

    def begin(self):
        while True:
            code = self.attempt("run", self.file)
            if code is not None or self.find_run():
                return self.see_through(code)

    def see_through(self, code):
        """Resumes until a resume is left alone; now and then somebody cancels the run in between."""
        self.find_run()
        while code is None:
            if self.dice.random() < 0.07 and self.shown()["state"] == "running":  # or it had ended when it was killed
                self.cancelled = True
                self.attempt("runs", "cancel", self.run)
            self.tally.add(resumes=1)
            code = self.attempt("runs", "resume", self.run)
        return code

    def retry(self):
        """Opens the finished run again, its doomed tasks mended or not."""
        if self.dice.random() < 0.7:
            (self.directory / "journal.mended").touch()
            self.mended = True
        code = None
        while code is None and self.leaves_something_undone():
            self.forget_what_runs_again()
            self.cancelled = False
            self.tally.add(retries=1)
            code = self.attempt("runs", "retry", self.run)
        return self.see_through(code)

    # How it happens

    def attempt(self, *command):
        """Lets a command of weir run, or kills it at a random moment. Its exit code; None when it was killed."""
        mark = next(self.marks)
        child = self.home.weir.start(*command, **{MARK: f"{self.plan.flow}.{mark}."})
        words = " ".join(map(str, command))
        if self.kills_left == 0:
            ended = self.home.weir.finish(child, timeout=240)
            self.story.append(f"{words}: {ended.code}")
            return self.checked(ended)
        moment = Moment(self.dice, *self.plan.extent(), self.journal)
        if not moment.arrives(child):
            self.story.append(f"{words}: ended with {child.returncode} before {moment}")
            return self.checked(self.home.weir.finish(child))
        self.accompany()
        child.kill()
        if self.home.weir.finish(child).code != -signal.SIGKILL:
            return self.checked(self.home.weir.finish(child))
        self.kills_left -= 1
        self.tally.add(kills=1)
        self.story.append(f"{words}: killed at {moment}")
        self.look_back(child, mark)
        return None

    def accompany(self):
        """What else happens near a kill: the workspace dies too, or somebody has asked for a pause."""
        if self.plan.has_remote() and self.dice.random() < 0.15:
            self.home.kill_workspace()
            self.tally.add(kills=1, workspace=1)
            self.story.append("the workspace was killed")
        elif self.run and self.dice.random() < PAUSED:
            self.home.weir("runs", "pause", self.run, "--no-wait")
            self.story.append("a pause was asked for")

    def look_back(self, child, mark):
        """Notes what the dead process has said; in half of the cases waits until its children are dead too."""
        said = child.files[1].read_text()
        keys = [key for key in SUCCESS.findall(said) if key in self.plan.tasks]
        names = [name for key in keys for name in self.plan.elements(self.plan.tasks[key])]
        self.told.append(Told(names, len(read_journal(self.journal))))
        if not self.find_run() and PRINTED.search(said):
            raise Violation(f"the run was accepted and is lost: {said.splitlines()[0]}")
        if self.dice.random() < 0.5 and (left := self.outlived(mark)):
            raise Violation(f"processes outlived their weir: {left}")

    def outlived(self, mark=None, seconds=10):
        """The processes of one command of this life, or of all, that are still alive after that time."""
        return wait_until_gone(f"{self.plan.flow}." + (f"{mark}." if mark else ""), seconds)

    def has_told(self, pattern):
        return re.search(pattern, self.journal.read_text())

    def checked(self, ended):
        """0 and 1 tell how the run ended; anything else is a fault of weir, or of this program."""
        if ended.code not in (0, 1):
            raise Violation(f"weir left with {ended.code}:\n{ended.err}")
        return ended.code

    def find_run(self):
        if not self.run:
            runs = self.home.weir.json("runs", "list", "--flow", self.plan.flow)
            if len(runs) > 1:
                raise Violation(f"one flow was started once and has {len(runs)} runs")
            self.run = runs[0]["id"] if runs else None
        return self.run

    def shown(self):
        return self.home.weir.json("runs", "show", self.run, "--all")

    def leaves_something_undone(self):
        """Whether there is something to retry. A run may have been cancelled when all its tasks had succeeded."""
        shown = self.shown()
        undone = any(task["state"] in ("failed", "upstream_failed", "cancelled") for task in shown["tasks"])
        return undone and shown["state"] in ("failed", "cancelled")

    def forget_what_runs_again(self):
        """What follows from a task that did not succeed runs again in a retry, though it had succeeded itself."""
        open_again = {task["key"].partition("[")[0] for task in self.shown()["tasks"] if task["state"] != "succeeded"}
        again = self.plan.downstream_of(open_again)
        stays = [[name for name in told.names if self.plan.task_of(name).key not in again] for told in self.told]
        self.told = [told._replace(names=names) for told, names in zip(self.told, stays, strict=True)]

    def evidence(self, code):
        """Once nothing of weir is alive in this home."""
        shown = self.shown()
        remote = remote_runs(self.home.weir.home, self.journal)
        self.tally.add(remote=len(remote))
        return Evidence(
            plan=self.plan,
            run=self.run,
            journal=read_journal(self.journal),
            history=history(self.home.weir.home, self.run),
            remote=remote,
            state=shown["state"],
            states={task["key"]: task["state"] for task in shown["tasks"]},
            told=self.told,
            mended=self.mended,
            cancelled=self.cancelled,
            exit_code=code,
        )
