"""Plants faults, and tells whether the campaign sees each: in the evidence of sound lives, and in the stores of lives
under way, where a weir that forgets something would leave the same."""

import copy
import random
import subprocess

from audit import violations
from harness import wait_until
from home import Home
from life import Life, Violation
from plan import Plan, Task
from planted_evidence import IN_EVIDENCE
from planted_stores import file_is_damaged, remote_token_is_forgotten, run_is_forgotten, success_is_forgotten
from processes import MARK
from python_prove import prove_python
from records import integrity
from tally import Tally
from workspace_prove import prove_workspace


class Verdicts:
    def __init__(self):
        self.missed = 0

    def tell(self, fault, found):
        self.missed += not found
        name = fault.__name__.replace("_", " ")
        print(f"{name}: {found[0] if found else 'NOT SEEN'}", flush=True)


class Proof:
    def __init__(self, home, seed, tell):
        self.home, self.seed, self.tell, self.lives = home, seed, tell, 0

    def life(self, *tasks):
        """Of a chain of these tasks, left alone unless its kills are set."""
        self.lives += 1
        for i, task in enumerate(tasks):
            task.needs = [tasks[i - 1].key] if i else []
        plan = Plan(f"proof{self.seed}-{self.lives}", {task.key: task for task in tasks})
        children = [task.key for task in tasks if task.is_child]
        plan.children = {key: Plan(f"{plan.flow}-{key}", {"c0": Task("c0")}) for key in children}
        life = Life(self.home, plan, random.Random(self.lives), Tally())
        life.kills_left = 0
        return life

    def in_evidence(self):
        life = self.life(
            Task("t0"), Task("t1", behaviour="flaky1", retries=1), Task("t2", "submit"), Task("t3", "child")
        )
        sound = life.evidence(life.begin())
        assert not violations(sound), violations(sound)
        for fault in IN_EVIDENCE:
            changed = copy.deepcopy(sound)
            fault(changed)
            self.tell(fault, violations(changed))

    def in_stores(self, fault, *tasks):
        """The last of the tasks is under way when weir is killed."""
        life = self.life(*tasks)
        begun = f"begin [^\\n]* {tasks[-1].key} "
        child = self.home.weir.start("run", life.file, **{MARK: f"{life.plan.flow}.1."})
        wait_until(lambda: life.has_told(begun) and child.files[1].read_text().count("✓") == len(tasks) - 1, begun)
        child.kill()
        self.home.weir.finish(child)
        life.find_run()
        try:
            fault(life)
            life.look_back(child, 1)
            found = violations(life.evidence(life.see_through(None)))
        except (Violation, AssertionError) as failure:
            found = str(failure).splitlines()
        self.tell(fault, found)

    def in_processes(self):
        def process_outlives_its_weir(life):
            environment = {MARK: f"{life.plan.flow}.1.", "WEIR_RUN_ID": life.run}
            self.left = subprocess.Popen(["sleep", "600"], env=environment)

        try:
            life = self.life(Task("t0"))
            life.begin()
            process_outlives_its_weir(life)
            found = life.outlived(seconds=1)
        finally:
            self.left.kill()
            self.left.wait()
        self.tell(process_outlives_its_weir, found)

    def in_files(self):
        life = self.life(Task("t0"))
        life.begin()
        file_is_damaged(life)
        self.tell(file_is_damaged, integrity(self.home.weir.home))


def prove_flows(seed, tell):
    home = Home()
    try:
        proof = Proof(home, seed, tell)
        proof.in_evidence()
        proof.in_stores(success_is_forgotten, Task("t0"), Task("t1", seconds=2))
        proof.in_stores(run_is_forgotten, Task("t0"), Task("t1", seconds=2))
        proof.in_stores(remote_token_is_forgotten, Task("t0", "submit"))
        proof.in_processes()
        proof.in_files()
    finally:
        home.weir.end()


def prove(seed, kind):
    """Of one kind of campaign, or of all of them."""
    verdicts = Verdicts()
    proofs = {
        "flows": lambda: prove_flows(seed, verdicts.tell),
        "python": lambda: prove_python(verdicts.tell),
        "workspace": lambda: prove_workspace(verdicts.tell),
    }
    for name, proof in proofs.items():
        if kind in (None, name):
            proof()
    print(f"{verdicts.missed} faults were not seen" if verdicts.missed else "every planted fault was seen")
    return 1 if verdicts.missed else 0
