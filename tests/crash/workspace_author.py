"""Draws what is asked of the workspace in one life."""

from workspace_order import ENDLESS, Order, Step, steps_of_job

ORDERS = (5, 9)
KINDS = ("single", "single", "tangle", "tangle", "loop", "run_now", "run_now", "call", "cancel", "timeout", "shared")
SPARK = 0.25  # how often a life has a task that starts a Spark of its own


def draw_orders(name, dice):
    orders = [draw_order(f"{name}-{i}", dice.choice(KINDS), dice) for i in range(dice.randint(*ORDERS))]
    if dice.random() < SPARK:
        orders.append(Order(f"{name}-spark", "submit", [Step("count", "spark", place="new")]))
    return orders


def draw_order(name, kind, dice):
    if kind == "run_now" or kind == "call":
        behaviour = dice.choice(["steady", "steady", "steady", "flaky1", "doomed"])
        return Order(name, kind, steps_of_job(behaviour, draw_seconds(dice)))
    if kind == "cancel":
        steps = [Step("before"), Step("stuck", ENDLESS, ["before"]), Step("after", needs=["stuck"])]
        return Order(name, "submit", steps, True, dice.choice([None, None, dice.uniform(0, 1)]))
    if kind == "timeout":
        return Order(name, "submit", [Step("stuck", ENDLESS, timeout=3), Step("after", needs=["stuck"])])
    if kind == "loop":
        return Order(
            name, "submit", [Step("loop", items=[1, 2, 3], seconds=draw_seconds(dice)), Step("z", needs=["loop"])]
        )
    if kind == "shared":
        return Order(name, "submit", [draw_step("on", [], dice, "shared"), draw_step("again", ["on"], dice, "shared")])
    size = 1 if kind == "single" else dice.randint(3, 5)
    steps = []
    for i in range(size):
        needs = sorted(dice.sample([step.key for step in steps], min(i, dice.choice([0, 1, 1, 2]))))
        steps.append(draw_step(f"t{i}", needs, dice, dice.choice(["", "", "new"])))
    return Order(name, "submit", steps)


def draw_step(key, needs, dice, place):
    behaviour = dice.choice(["steady"] * 8 + ["flaky1"] * 3 + ["flaky2", "doomed"])
    retries = int(behaviour[-1]) if behaviour.startswith("flaky") else dice.choice([0, 1])
    run_if = dice.choice(["ALL_SUCCESS"] * 4 + ["ALL_DONE"]) if needs else "ALL_SUCCESS"
    return Step(key, behaviour, needs, draw_seconds(dice), retries, run_if, place=place)


def draw_seconds(dice):
    return dice.choice([0, 0, 0.02, 0.1, 0.4])
