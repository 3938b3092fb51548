"""TIMES sequential tasks with weir, each the naive Fibonacci number of N."""

import sys

from fibonacci import tell, timed
from weir import flow, task


@task
def fibo(n: int) -> int:
    return timed(n)


@flow
def sequence(times: int, n: int):
    for _ in range(times):
        fibo(n).result()


if __name__ == "__main__":
    sequence(int(sys.argv[1]), int(sys.argv[2]))
    tell()
