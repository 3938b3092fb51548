"""Three Databricks runs in a row, from configurations that tasks make: the shape of a well-known Prefect tutorial.

    weir workspace start
    ../01-tutorial/prepare.sh
    weir run flow.py
    weir run flow.py -p since=2014-01-01

`ingest` runs a job that the workspace knows; `daily` and `monthly` submit runs of a script. None of them hands data to
the next, so `after=` says what follows what. `python flow.py` does the same as `weir run flow.py`.
"""

from typing import Any

from weir import databricks, flow, task


@task
def run_now_config(notebook_params: dict[str, str]) -> dict[str, Any]:
    return {"job": "ingest", "notebook_params": notebook_params}


@task
def submit_config(python_params: list[str]) -> dict[str, Any]:
    return {
        "run_name": f"report {' '.join(python_params)}",
        "new_cluster": {"spark_version": "17.3.x-scala2.13", "node_type_id": "local", "num_workers": 2},
        "spark_python_task": {"python_file": "dbfs:/tutorial/report.py", "parameters": python_params},
    }


@flow
def reports(since: str = "2012-01-01") -> None:
    dbx = databricks.connect()
    ingest = dbx.run_now(run_now_config({"since": since}), name="ingest")
    daily = dbx.submit_run(submit_config(["daily"]), name="daily", after=ingest)
    dbx.submit_run(submit_config(["monthly"]), name="monthly", after=daily)


if __name__ == "__main__":
    reports()
