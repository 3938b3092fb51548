"""What Store::append costs, in units of SQLite itself inserting the same rows at 1,000 a transaction.

The promise is 0.7 of SQLite's speed for the store alone, in both durability classes.
"""

import json
import statistics
import subprocess
import sys
from collections import defaultdict

from measure import ROOT, report

SPEED_MIN = 0.7
BUILD = ROOT / "build/release"


def main():
    subprocess.run(["cmake", "--build", BUILD, "--target", "weir_bench_store"], check=True, stdout=subprocess.DEVNULL)
    rounds = defaultdict(list)
    program = subprocess.run([BUILD / "bench/weir_bench_store"], check=True, capture_output=True, text=True)
    for line in program.stdout.splitlines():
        measured = json.loads(line)
        rounds[measured["class"], "small values" if measured["values"] else "no values"].append(measured)
    good = True
    for (durability, values), samples in rounds.items():
        for index, clock in enumerate(["time", "processor"]):
            raw, store = (statistics.median(sample[who][index] for sample in samples) for who in ("raw", "store"))
            rows = samples[0]["rows"]
            print(f"{durability}, {values}, {clock}: SQLite {rows / raw:,.0f} rows/s, store {rows / store:,.0f} rows/s")
            ratio = statistics.median(sample["store"][index] / sample["raw"][index] for sample in samples)
            good &= report(f"append ({durability})", ratio, "raw SQLite", round(1 / SPEED_MIN, 2))
    return good


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
