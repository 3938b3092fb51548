"""A daily DAG of two Databricks notebooks: one submitted with a cluster of its own, then a job that is there already.

    weir workspace start
    ./prepare.sh
    weir run flow.py
    weir run flow.py -p day=2021-01-02 -p top=3

The first notebook makes the orders of a day; the job `top_products`, given `top` as a notebook parameter, tells which
products sold best. Each is tried once more when it fails. `weir run flow.py` runs it now, for one day.
"""

from typing import Any

from weir import Cron, databricks, flow

CLUSTER = {"spark_version": "17.3.x-scala2.13", "node_type_id": "local", "num_workers": 2}
ONCE_MORE: dict[str, Any] = {"retries": 1, "retry_delay": "2m"}


@flow(schedule=Cron("@daily"))
def orders(day: str = "2021-01-01", top: int = 5) -> None:
    dbx = databricks.connect()
    submitted = dbx.submit_run(
        name="submit_run",
        new_cluster=CLUSTER,
        notebook_task={"notebook_path": "/Shared/orders/make_orders", "base_parameters": {"day": day}},
        **ONCE_MORE,
    )
    dbx.run_now(
        name="run_now",
        job="top_products",
        notebook_params={"day": day, "top": top},
        after=submitted,
        **ONCE_MORE,
    )


if __name__ == "__main__":
    orders()
