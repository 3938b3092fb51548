"""Runs weir_sim on every processor, and plants bugs to prove that it finds them.

sim.py --seeds N [--first S]     N worlds; stops at the first violation
sim.py --seed S --trace          one world, every step
sim.py --prove [--seeds N]       for each planted bug: how many seeds until it is found
"""

import argparse
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("WEIR_BIN", ROOT / "build/release/bin")) / "weir_sim"

CHUNK = 250  # seeds a process: few enough that all processors end together
FOUND = re.compile(r"violation in seed (\d+): (.*)")
TOTALS = re.compile(r"(\d+) seeds: no violation. (\d+) events, (\d+) deaths of processes, ([\d.]+) simulated hours")
BUG = re.compile(r'WEIR_BUG\("([^"]+)"\)')


def simulate(*arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def run_seeds(first, seeds):
    started = time.monotonic()
    chunks = [(at, min(CHUNK, first + seeds - at)) for at in range(first, first + seeds, CHUNK)]
    sums = [0, 0, 0, 0.0]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for code, text in pool.map(lambda chunk: simulate("--first", chunk[0], "--seeds", chunk[1]), chunks):
            if code != 0:
                pool.shutdown(cancel_futures=True)
                print(text, end="")
                return 1
            sums = [total + float(one) for total, one in zip(sums, TOTALS.search(text).groups(), strict=True)]
    done, events, deaths, hours = sums
    took = time.monotonic() - started
    print(
        f"{done:.0f} seeds, no violation: {events:.0f} events, {deaths:.0f} deaths of processes, "
        f"{hours:.0f} simulated hours, in {took:.0f} s ({60 * done / took:.0f} seeds a minute)"
    )
    return 0


def planted_bugs():
    """Every name in the code, where it is planted, in the order of the files."""
    bugs = {}
    for folder in ("src", "tests/simulation"):
        for path in sorted((ROOT / folder).rglob("*.cpp")) + sorted((ROOT / folder).rglob("*.h")):
            for name in BUG.findall(path.read_text()):
                bugs.setdefault(name, path.relative_to(ROOT))
    return bugs


def hunt(bug, seeds):
    """The seeds it took and the sentence of the violation; None and why, when it was not found."""
    code, text = simulate("--bug", bug, "--first", 1, "--seeds", seeds)
    found = FOUND.search(text)
    if code != 0 and found:
        return int(found[1]), found[2]
    return None, "its place was never reached" if "never reached" in text else "no checker saw it"


def prove(seeds):
    bugs = planted_bugs()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda bug: hunt(bug, seeds), bugs))
    missed = 0
    for (bug, path), (needed, sentence) in zip(bugs.items(), results, strict=True):
        missed += needed is None
        verdict = f"found after {needed:>5} seeds" if needed else f"NOT FOUND in {seeds} seeds"
        print(f"{verdict}  {bug} ({path})\n{'':>24}{sentence[:140]}")
    print(f"{len(bugs) - missed} of {len(bugs)} planted bugs found")
    return 0 if missed * 20 <= len(bugs) else 1


def main():
    parser = argparse.ArgumentParser(
        prog="./dev sim", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seeds", type=int, help="how many (1000; with --prove, 2000 a bug at most)")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--seed", type=int, help="only this one")
    parser.add_argument("--trace", action="store_true", help="print every step of --seed")
    parser.add_argument("--bug", help="plant this bug")
    parser.add_argument("--prove", action="store_true", help="hunt every planted bug")
    asked = parser.parse_args()
    if asked.prove:
        return prove(asked.seeds or 2000)
    if asked.seed is None and not asked.bug:
        return run_seeds(asked.first, asked.seeds or 1000)
    arguments = (
        ["--seed", asked.seed] if asked.seed is not None else ["--first", asked.first, "--seeds", asked.seeds or 1000]
    )
    if asked.trace:
        arguments.append("--trace")
    if asked.bug:
        arguments += ["--bug", asked.bug]
    code, text = simulate(*arguments)
    print(text, end="")
    return code


if __name__ == "__main__":
    sys.exit(main())
