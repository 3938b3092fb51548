"""What is asked of the workspace, and how each of its tasks must end, whatever happens to the server meanwhile."""

from dataclasses import dataclass, field

NEW_CLUSTER = {"spark_version": "17.3.x-scala2.13", "node_type_id": "local", "num_workers": 1}
FAILURES = ("FAILED", "TIMEDOUT", "UPSTREAM_FAILED")
ENDLESS = "endless"


@dataclass
class Step:
    """Behaviours: steady; spark, which has a session; flakyN, which fails N times; doomed, which fails always; endless,
    which ends by its time limit, or is cancelled."""

    key: str
    behaviour: str = "steady"
    needs: list = field(default_factory=list)
    seconds: float = 0.0
    retries: int = 0
    run_if: str = "ALL_SUCCESS"
    timeout: int = 0  # seconds
    place: str = ""  # "new": a cluster of its own; "shared": the one that runs
    items: list = field(default_factory=list)  # of a loop: its inputs

    def end(self, results):
        """Its result, when those before it have ended so."""
        before = [results[key] for key in self.needs]
        if self.run_if == "ALL_SUCCESS" and any(result in FAILURES for result in before):
            return "UPSTREAM_FAILED"
        if self.behaviour == ENDLESS:
            return "TIMEDOUT"
        return "FAILED" if self.behaviour == "doomed" else "SUCCESS"

    def attempts(self, result):
        """How many it has, with that result."""
        if result == "SUCCESS":
            return 1 + int(self.behaviour.removeprefix("flaky") if self.behaviour.startswith("flaky") else 0)
        return 1 + self.retries if result == "FAILED" else 1

    def names(self):
        """Under which it tells of itself."""
        return [f"{self.key}-{item}" for item in self.items] or [self.key]

    def work(self, order, journal, script):
        """The fields of a task that say what it does."""
        name = f"{self.key}-{{{{input}}}}" if self.items else self.key
        told = [str(journal), self.behaviour, str(self.seconds), order, name, "{{task.run_id}}", "{{job.run_id}}"]
        return {"spark_python_task": {"python_file": script, "parameters": told}}


@dataclass
class Order:
    """`kind`: submit, of its steps; run_now, of the home's job; call, of that job by a run_job_task. Of the job all
    steps behave like the first one of the order."""

    name: str
    kind: str
    steps: list
    cancelled: bool = False  # when it has begun, or after `cancel_after` seconds
    cancel_after: float | None = None

    @property
    def token(self):
        return f"token-{self.name}"

    def step(self, key):
        return next(step for step in self.steps if step.key == key)

    def results(self):
        """Of each step, and of the run, when nobody cancels it."""
        results = {}
        for step in self.steps:
            results[step.key] = step.end(results)
        inner = {key for step in self.steps for key in step.needs}
        failed = {key: result for key, result in results.items() if result in FAILURES}
        if not failed:
            return results, {"SUCCESS"}
        if inner.issuperset(failed):
            return results, {"SUCCESS_WITH_FAILURES"}
        own = {result for result in failed.values() if result != "UPSTREAM_FAILED"}
        return results, own

    def tasks(self, home, journal):
        return [self.task(step, home, journal) for step in self.steps]

    def task(self, step, home, journal):
        work = step.work(self.name, journal, home.script)
        if step.place == "new":
            work["new_cluster"] = NEW_CLUSTER
        if step.place == "shared":
            work["existing_cluster_id"] = home.cluster
        if step.retries:
            work |= {"max_retries": step.retries, "min_retry_interval_millis": 30}
        if step.timeout:
            work["timeout_seconds"] = step.timeout
        if step.items:
            inputs = "[" + ", ".join(map(str, step.items)) + "]"
            work = {"for_each_task": {"inputs": inputs, "concurrency": 2, "task": {"task_key": "each", **work}}}
        needs = {"depends_on": [{"task_key": key} for key in step.needs], "run_if": step.run_if} if step.needs else {}
        return {"task_key": step.key, **needs, **work}

    def request(self, home, journal):
        """Path and body of what asks for it."""
        if self.kind == "submit":
            body = {"run_name": self.name, "tasks": self.tasks(home, journal)}
            return "jobs/runs/submit", body | {"idempotency_token": self.token}
        first = self.steps[0]
        told = {
            "order": self.name,
            "journal": str(journal),
            "behaviour": first.behaviour,
            "seconds": str(first.seconds),
        }
        if self.kind == "run_now":
            return "jobs/run-now", {"job_id": home.job, "idempotency_token": self.token, "job_parameters": told}
        calls = {"task_key": "call", "run_job_task": {"job_id": home.job, "job_parameters": told}}
        return "jobs/runs/submit", {"run_name": self.name, "tasks": [calls], "idempotency_token": self.token}


def job(home):
    """The settings of the home's job, whose parameters are the order that it carries out."""
    names = ("order", "journal", "behaviour", "seconds")
    told = {name: f"{{{{job.parameters.{name}}}}}" for name in names}
    pattern = Order(told["order"], "submit", steps_of_job(told["behaviour"], told["seconds"]))
    return {
        "name": "crash",
        "max_concurrent_runs": 100,
        "parameters": [{"name": name, "default": ""} for name in names],
        "tasks": pattern.tasks(home, told["journal"]),
    }


def steps_of_job(behaviour, seconds):
    """All of them behave alike."""
    return [
        Step("first", behaviour, seconds=seconds, retries=1),
        Step("left", behaviour, ["first"], seconds, retries=1),
        Step("right", behaviour, ["first"], seconds, retries=1),
        Step("last", behaviour, ["left", "right"], seconds, retries=1, run_if="ALL_DONE"),
    ]
