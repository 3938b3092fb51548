"""$BENCH_TASKS mapped tasks with Airflow: a file of its folder of DAGs."""

import os

from airflow.sdk import dag, task

COUNT = int(os.environ["BENCH_TASKS"])


@dag(schedule=None, max_active_tasks=COUNT)
def many():
    @task
    def f(x):
        return x

    f.expand(x=list(range(COUNT)))


many()
