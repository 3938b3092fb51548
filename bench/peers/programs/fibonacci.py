"""The work of the sequential benchmarks, the same for all. As a program: TIMES calls with N, with nothing around.

It imports nothing that costs: what it takes to start is measured too.
"""

import os
import sys
import time

bodies = []  # seconds of each call of `timed`


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def timed(n):
    started = time.perf_counter()
    value = fibonacci(n)
    bodies.append(time.perf_counter() - started)
    return value


def tell():
    with open(os.environ["BENCH_TOLD"], "w") as told:
        told.write(f'{{"bodies": {sum(bodies)}}}')


if __name__ == "__main__":
    for _ in range(int(sys.argv[1])):
        timed(int(sys.argv[2]))
    tell()
