"""What Airflow's users write for Databricks, as its provider's documentation has it. test_airflow.py runs it.

CLUSTER_ID and JOB_ID are what that test has made in its workspace, whose address and token are in the connection
databricks_default. Each DAG is there twice: once its tasks wait by themselves, once Airflow's triggers wait for them.
"""

import os

from airflow.providers.databricks.operators.databricks import (
    DatabricksNotebookOperator,
    DatabricksRunNowOperator,
    DatabricksSubmitRunOperator,
)
from airflow.providers.databricks.operators.databricks_workflow import DatabricksWorkflowTaskGroup
from airflow.sdk import DAG

CLUSTER = {"existing_cluster_id": os.environ["CLUSTER_ID"]}
CONNECTION = {"databricks_conn_id": "databricks_default"}
JOB_ID = int(os.environ["JOB_ID"])


def notebook(task_id, count, **more):
    return DatabricksNotebookOperator(
        task_id=task_id,
        notebook_path="/Shared/count",
        source="WORKSPACE",
        notebook_params={"count": str(count)},
        polling_period_seconds=1,
        **CLUSTER,
        **CONNECTION,
        **more,
    )


def script(task_id, name, *parameters, **more):
    task = {"python_file": f"dbfs:/airflow/{name}.py", "parameters": list(parameters)}
    return DatabricksSubmitRunOperator(
        task_id=task_id,
        run_name=f"{task_id} of Airflow",
        tasks=[{"task_key": "only", "spark_python_task": task, **CLUSTER}],
        polling_period_seconds=1,
        **CONNECTION,
        **more,
    )


for deferrable in (False, True):
    way = "deferrable" if deferrable else "waiting"
    with DAG(f"{way}_success"):
        submitted = script("submitted", "count", "3", deferrable=deferrable)
        ran = DatabricksRunNowOperator(
            task_id="ran",
            job_id=JOB_ID,
            notebook_params={"count": "4"},
            polling_period_seconds=1,
            deferrable=deferrable,
            **CONNECTION,
        )
        alone = notebook("alone", 5, deferrable=deferrable)
        with DatabricksWorkflowTaskGroup(group_id="workflow", **CONNECTION) as workflow:
            notebook("first", 6, deferrable=deferrable) >> notebook("second", 7, deferrable=deferrable)
        submitted >> ran >> alone >> workflow

    with DAG(f"{way}_failure"):
        script("failing", "fail", deferrable=deferrable)
