"""Draws plans: chains, diamonds, fans and tangles of tasks of every kind."""

from plan import Plan, Task

REMOTE_MAX = 2


def chain(size, dice):
    return [[i - 1] if i else [] for i in range(size)]


def fan(size, dice):
    return [[]] + [[0]] * (size - 2) + [list(range(1, size - 1))]


def diamonds(size, dice):
    return [[] if i == 0 else [i - 1, i - 2] if i % 3 == 0 else [i - 1 - (i - 1) % 3] for i in range(size)]


def tangle(size, dice):
    return [sorted(dice.sample(range(i), min(i, dice.choice([0, 1, 1, 2])))) for i in range(size)]


SHAPES = (chain, fan, diamonds, tangle)


def draw_plan(flow, dice):
    shape = dice.choice(SHAPES)
    plan = Plan(f"{flow}-{shape.__name__}", {})
    for i, upstreams in enumerate(shape(dice.randint(3, 8), dice)):
        task = Task(f"t{i}", needs=[f"t{upstream}" for upstream in upstreams])
        choose_work(task, plan, dice)
        choose_start(task, dice)
        plan.tasks[task.key] = task
        if task.is_mapped and dice.random() < 0.5:
            follower = Task(f"{task.key}-after", follows=task.key, items=["steady"] * len(task.items))
            plan.tasks[follower.key] = follower
    return plan


def choose_work(task, plan, dice):
    task.seconds = dice.choice([0, 0, 0.02, 0.1, 0.3])
    kinds = ["process"] * 12 + ["map"] * 3 + ["child"] * 2 + ["value", "sleep"] + ["submit", "run_now"]
    kind = dice.choice(kinds)
    if kind in ("submit", "run_now") and sum(other.is_remote for other in plan.tasks.values()) >= REMOTE_MAX:
        kind = "process"
    if kind == "map":
        task.items = [draw_behaviour(task, dice, stuck=False) for _ in range(dice.randint(2, 5))]
    else:
        task.kind = kind
        if task.is_remote:
            task.behaviour = dice.choice(["steady", "steady", "flaky1"])
            task.retries = 1
        elif kind == "process":
            task.behaviour = draw_behaviour(task, dice, stuck=True)
        elif kind == "child":
            plan.children[task.key] = draw_child(f"{plan.flow}-{task.key}", dice)
            task.behaviour = "doomed" if plan.children[task.key].run_state() == "failed" else "steady"


def draw_child(flow, dice):
    """A chain of processes. It fails for as long as its parent is not mended, or never."""
    child = Plan(flow, {})
    for i in range(dice.randint(1, 3)):
        task = Task(f"c{i}", needs=[f"c{i - 1}"] if i else [], seconds=dice.choice([0, 0.02, 0.1, 0.3]))
        task.behaviour = draw_behaviour(task, dice, stuck=False)
        child.tasks[task.key] = task
    return child


def draw_behaviour(task, dice, stuck):
    behaviour = dice.choice(["steady"] * 14 + ["flaky1"] * 3 + ["flaky2"] + ["doomed"] + ["stuck"] * stuck)
    wanted = int(behaviour[-1]) if behaviour.startswith("flaky") else dice.choice([0, 1])
    task.retries = max(task.retries, wanted)
    return behaviour


def choose_start(task, dice):
    if task.kind == "value":  # its template waits for a success
        return
    task.limited = dice.random() < 0.2
    if task.needs:
        task.trigger = dice.choice(["all_success"] * 10 + ["all_done", "all_done", "one_failed"])
        task.cleanup = task.trigger == "all_success" and dice.random() < 0.05
    task.skipped = not task.cleanup and not task.is_mapped and dice.random() < 0.05
