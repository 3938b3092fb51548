"""What a flow of the campaign consists of, drawn from a seed, and how each of its tasks must end."""

import json
from dataclasses import dataclass, field
from pathlib import Path

STEP = Path(__file__).with_name("step.sh")
JOB = "crash-step"


@dataclass
class Task:
    """Behaviours: steady; flakyN, which fails N times; doomed, which fails unless mended; stuck, which times out."""

    key: str
    kind: str = "process"
    behaviour: str = "steady"
    needs: list = field(default_factory=list)
    seconds: float = 0.0
    retries: int = 0
    trigger: str = "all_success"
    skipped: bool = False
    items: list = field(default_factory=list)  # a mapped task: the behaviour of each element
    follows: str = ""  # a mapped task that follows another one item by item
    limited: bool = False
    cleanup: bool = False

    @property
    def is_mapped(self):
        return bool(self.items)

    @property
    def is_remote(self):
        return self.kind in ("submit", "run_now")

    @property
    def tells(self):
        """Whether the journal hears of it."""
        return self.is_remote or self.kind == "process"


@dataclass
class Plan:
    flow: str
    tasks: dict  # key to Task, in the order of the file

    def elements(self, task):
        """The names under which the task's attempts appear."""
        return [f"{task.key}[{i}]" for i in range(len(task.items))] if task.is_mapped else [task.key]

    def task_of(self, name):
        return self.tasks[name.partition("[")[0]]

    def behaviour_of(self, name):
        task = self.task_of(name)
        return task.items[int(name.partition("[")[2][:-1])] if task.is_mapped else task.behaviour

    def awaited(self, name):
        """The names that must have ended before this one begins."""
        task = self.task_of(name)
        awaited = [element for key in task.needs for element in self.elements(self.tasks[key])]
        return awaited + ([name.replace(task.key, task.follows, 1)] if task.follows else [])

    def upstreams(self, key):
        task = self.tasks[key]
        return task.needs + ([task.follows] if task.follows else [])

    def downstream_of(self, keys):
        """These tasks and all that follow from them."""
        found = set(keys)
        for key in self.tasks:
            if found.intersection(self.upstreams(key)):
                found.add(key)
        return found

    def expected(self, mended=False):
        """Name to state at the end of a run that nobody cancelled; the elements of what expands as well."""
        states = {}
        for task in self.tasks.values():
            self.expect(task, mended, states)
        return states

    def expect(self, task, mended, states):
        verdict = self.verdict(task, [states[key] for key in task.needs])
        if verdict or not task.is_mapped:
            states[task.key] = verdict or end_of(task.behaviour, mended)
            return
        if task.follows and states[task.follows] in ("upstream_failed", "skipped"):
            states[task.key] = states[task.follows]
            return
        for name in self.elements(task):
            source = states[name.replace(task.key, task.follows, 1)] if task.follows else "succeeded"
            states[name] = end_of(self.behaviour_of(name), mended) if source == "succeeded" else "upstream_failed"
        ends = {states[name] for name in self.elements(task)}
        states[task.key] = "succeeded" if ends == {"succeeded"} else "failed"

    @staticmethod
    def verdict(task, upstream):
        """How the task ends without being tried, if it does."""
        failed = any(state in ("failed", "upstream_failed") for state in upstream)
        if task.trigger == "all_success" and not task.cleanup:
            if failed:
                return "upstream_failed"
            if "skipped" in upstream:
                return "skipped"
        begun = any(state in ("succeeded", "failed") for state in upstream)
        if task.cleanup and not begun:
            return "skipped"
        if task.trigger == "one_failed" and not failed:
            return "skipped"
        return "skipped" if task.skipped else None

    def run_state(self, mended=False):
        return "failed" if "failed" in self.expected(mended).values() else "succeeded"

    def extent(self):
        """Lines that an undisturbed run tells, and seconds that it takes."""
        lines = 2 * sum(len(self.elements(task)) for task in self.tasks.values() if task.tells)
        return lines, 0.3 + sum(task.seconds for task in self.tasks.values())

    def has_remote(self):
        return any(task.is_remote for task in self.tasks.values())

    def text(self, journal, script):
        """The flow file: JSON, which is YAML."""
        tasks = {task.key: task_body(task, journal, script) for task in self.tasks.values()}
        return json.dumps({"flow": self.flow, "limits": {"pool": 2}, "tasks": tasks}, indent=1)


def end_of(behaviour, mended):
    return "failed" if behaviour == "stuck" or (behaviour == "doomed" and not mended) else "succeeded"


def task_body(task, journal, script):
    body = {"needs": task.needs} if task.needs else {}
    if task.retries:
        body |= {"retries": task.retries, "retry_delay": "30ms"}
    if task.trigger != "all_success":
        body["trigger"] = task.trigger
    if task.skipped:
        body["when"] = False
    if task.limited:
        body["limits"] = "pool"
    if task.cleanup:
        body["cleanup"] = True
    if task.behaviour == "stuck":
        body["timeout"] = "400ms"
    if task.is_mapped:
        body["map"] = f"{{{{ tasks.{task.follows}.result }}}}" if task.follows else task.items
    return body | work_of(task, str(journal), script)


def work_of(task, journal, script):
    if task.kind == "value":
        return {"value": f"{{{{ tasks.{task.needs[0]}.result }}}}" if task.needs else [1, 2]}
    if task.kind == "sleep":
        return {"sleep": f"{round(1000 * task.seconds)}ms"}
    if task.is_remote:
        told = [journal, task.behaviour, "{{ run.id }}", task.key, "{{ '{{job.run_id}}' }}"]
        if task.kind == "run_now":
            return {"databricks.run_now": {"job": JOB, "python_params": told}}
        return {"databricks.submit_run": {"spark_python_task": {"python_file": script, "parameters": told}}}
    behaviour = "{{ item.stdout }}" if task.follows else "{{ item }}" if task.is_mapped else task.behaviour
    return {"process": ["sh", str(STEP), journal, behaviour, str(task.seconds)]}
