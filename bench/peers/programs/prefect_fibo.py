"""TIMES sequential tasks with Prefect, each the naive Fibonacci number of N."""

import sys

from fibonacci import tell, timed
from prefect import flow, task
from prefect.cache_policies import NO_CACHE


@task(cache_policy=NO_CACHE, persist_result=False)
def fibo(n):
    return timed(n)


@flow
def sequence(times, n):
    for _ in range(times):
        fibo(n)


sequence(int(sys.argv[1]), int(sys.argv[2]))
tell()
