"""The unmodified databricks-sdk with a job of every kind of task that runs code, on one job cluster and a warehouse."""

import base64
import json
import sys
import unittest
from pathlib import Path

from databricks.sdk.service.compute import ClusterSpec, Library, State
from databricks.sdk.service.jobs import (
    JobCluster,
    NotebookTask,
    PythonWheelTask,
    RunResultState,
    SparkJarTask,
    SqlTask,
    SqlTaskFile,
    SqlTaskQuery,
    Task,
    TaskDependency,
)
from databricks.sdk.service.sql import CreateQueryRequestQuery
from databricks.sdk.service.workspace import ImportFormat
from harness import WeirTest, wait_until

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src" / "workspace"))
from driver.tests.packages import make_jar, make_wheel  # noqa: E402

WHEEL = """\
import sys
from pyspark.sql import SparkSession

def main():
    spark = SparkSession.builder.getOrCreate()
    spark.range(3).write.saveAsTable("rain")
    print(sys.argv, spark.sparkContext.applicationId)
"""

JAR = """\
package rain;

import org.apache.spark.sql.SparkSession;

public class Report {
  public static void main(String[] arguments) {
    SparkSession spark = SparkSession.builder().getOrCreate();
    System.out.println(arguments[0] + " " + spark.table("rain").count() + " " + spark.sparkContext().applicationId());
    throw new IllegalStateException("boom");
  }
}
"""

NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {},
    "cells": [
        {"cell_type": "code", "source": ["%sh echo from the shell"]},
        {"cell_type": "code", "source": ["%sql\n", "SELECT count(*) AS n FROM rain WHERE id < :below"]},
        {"cell_type": "code", "source": ["n = _sqldf.first().n\n", "dbutils.notebook.exit(n)"]},
    ],
}


class TaskTypes(WeirTest):
    with_workspace = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = cls.sdk_client()

    def put(self, path):
        self.client.dbfs.put(f"/{path.name}", contents=base64.b64encode(path.read_bytes()).decode(), overwrite=True)
        return f"dbfs:/{path.name}"

    def put_code(self):
        folder = self.weir.directory
        self.wheel = self.put(make_wheel(folder, "rain", WHEEL, "[console_scripts]\nreport = rain:main\n"))
        self.jar = self.put(make_jar(folder, "rain.jar", {"Report.java": JAR}))
        notebook = base64.b64encode(json.dumps(NOTEBOOK).encode()).decode()
        self.client.workspace.import_("/Shared/count", content=notebook, format=ImportFormat.JUPYTER)
        (folder / "report.sql").write_text("SELECT 1 AS one;\nSELECT sum(id) AS total FROM rain WHERE id < :below\n")
        self.warehouse = next(iter(self.client.warehouses.list())).id
        kept = CreateQueryRequestQuery(display_name="rows", query_text="SELECT count(*) AS n FROM {{ name }}")
        self.query = self.client.queries.create(query=kept).id

    def tasks(self):
        def after(key):
            return [TaskDependency(key)]

        def sql(**what):
            return SqlTask(warehouse_id=self.warehouse, **what)

        report = PythonWheelTask(package_name="rain", entry_point="report", named_parameters={"day": "monday"})
        return [
            Task("wheel", job_cluster_key="main", python_wheel_task=report, libraries=[Library(whl=self.wheel)]),
            Task(
                "jar",
                job_cluster_key="main",
                depends_on=after("wheel"),
                spark_jar_task=SparkJarTask(main_class_name="rain.Report", parameters=["one"]),
                libraries=[Library(jar=self.jar)],
            ),
            Task(
                "notebook",
                job_cluster_key="main",
                depends_on=after("wheel"),
                notebook_task=NotebookTask("/Shared/count", base_parameters={"below": "2"}),
            ),
            Task(
                "file",
                depends_on=after("wheel"),
                sql_task=sql(file=SqlTaskFile(self.put(self.weir.directory / "report.sql")), parameters={"below": "2"}),
            ),
            Task(
                "query",
                depends_on=after("wheel"),
                sql_task=sql(query=SqlTaskQuery(self.query), parameters={"name": "rain"}),
            ),
        ]

    def test_a_job_of_every_kind_of_task(self):
        self.put_code()
        main = JobCluster("main", ClusterSpec(spark_version="17.3.x-scala2.13", num_workers=1))
        job = self.client.jobs.create(name="kinds", tasks=self.tasks(), job_clusters=[main])
        asked = self.client.jobs.run_now(job.job_id)

        def ended():
            run = self.client.jobs.get_run(asked.run_id)
            return run if run.end_time else None

        run = wait_until(ended, "the run has ended", seconds=240)
        tasks = {task.task_key: task for task in run.tasks}
        said = {key: self.client.jobs.get_run_output(task.run_id) for key, task in tasks.items()}
        results = {key: task.state.result_state for key, task in tasks.items()}
        good, bad = RunResultState.SUCCESS, RunResultState.FAILED
        self.assertEqual(results, {"wheel": good, "jar": bad, "notebook": good, "file": good, "query": good}, said)

        arguments, _, application = said["wheel"].logs.rstrip().rpartition(" ")
        self.assertEqual(arguments, "['rain', '--day=monday']")
        self.assertEqual(said["jar"].logs.splitlines()[0], f"one 3 {application}")
        self.assertEqual(said["jar"].error, "java.lang.IllegalStateException: boom")
        self.assertIn("\tat rain.Report.main(Report.java:9)", said["jar"].error_trace)
        self.assertEqual(said["notebook"].notebook_output.result, "2")
        self.assertIn("from the shell\n", said["notebook"].logs)

        output = said["file"].sql_output.query_output
        self.assertEqual((output.warehouse_id, len(output.sql_statements)), (self.warehouse, 2))
        last = self.client.statement_execution.get_statement(output.sql_statements[-1].lookup_key)
        self.assertEqual(last.result.data_array, [["1"]])
        self.assertEqual(said["query"].sql_output.query_output.query_text, "SELECT count(*) AS n FROM rain")
        self.assertIn("|3|", said["query"].logs)

        cluster = tasks["wheel"].cluster_instance.cluster_id
        self.assertEqual({tasks[key].cluster_instance.cluster_id for key in ("wheel", "jar", "notebook")}, {cluster})
        terminated = self.client.clusters.wait_get_cluster_terminated(cluster)
        self.assertEqual(
            (terminated.state, terminated.termination_reason.code.value), (State.TERMINATED, "JOB_FINISHED")
        )


if __name__ == "__main__":
    unittest.main()
