"""What mapped tasks leave behind in memory, in the process with their bodies and in the engine."""

import statistics

from measure import report
from peers import weir

COUNTS = (10_000, 50_000, 100_000)
ROUNDS = 3
BYTES_A_TASK_MAX = {"worker": 256, "engine": 256}


def flat():
    good = True
    taken = {count: [weir.tasks(count).told["memory"] for _ in range(ROUNDS)] for count in COUNTS}
    for side, limit in BYTES_A_TASK_MAX.items():
        resident = {
            count: {when: statistics.median(sample[side][when] for sample in samples) for when in ("now", "most")}
            for count, samples in taken.items()
        }
        sizes = [f"{count:,}: {it['now'] / 1024:.1f} ({it['most'] / 1024:.1f})" for count, it in resident.items()]
        print(f"memory of the {side} after so many mapped tasks, MB (at most): {', '.join(sizes)}")
        grown = (resident[COUNTS[-1]]["most"] - resident[COUNTS[0]]["most"]) * 1024
        good &= report(f"{side}, a mapped task", grown / (COUNTS[-1] - COUNTS[0]), "byte", limit)
    return good
