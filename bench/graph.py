"""How long it takes to read a flow, lay it out and draw it, in units of only reading and checking it."""

import json
import os
import random
import sys
import tempfile
from pathlib import Path

from measure import WEIR, medians, report

SIZES = {2_000: 11, 100_000: 3}  # tasks, and rounds of measuring
RATIO_MAX = 3


def flow_of(size):
    """Each task reads up to two results among the fifty tasks before it."""
    numbers = random.Random(size)
    tasks = {}
    for i in range(size):
        near = range(max(0, i - 50), i)
        read = numbers.sample(near, min(len(near), numbers.randrange(3)))
        tasks[f"task{i}"] = {"value": " ".join(f"{{{{ tasks.task{j}.result }}}}" for j in read)}
    return json.dumps({"flow": "large", "tasks": tasks}, indent=0)


def main():
    good = True
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "flow.yaml")
        for size, rounds in SIZES.items():
            file.write_text(flow_of(size))
            commands = {
                "read": [str(WEIR), "validate", str(file)],
                "svg": [str(WEIR), "graph", str(file), "--format", "svg"],
            }
            taken = medians(commands, rounds, os.environ | {"WEIR_HOME": folder})
            read, drawn = (taken[name] * 1000 for name in ("read", "svg"))
            print(f"reading {size} tasks {read:10.1f} ms, and drawing them {drawn:8.1f} ms")
            good &= report(f"graph of {size} tasks", drawn / read, "reading the file", RATIO_MAX)
    return good


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
