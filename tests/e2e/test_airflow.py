"""The unmodified Databricks provider of Airflow works with the embedded workspace: its operators run jobs on real
Spark, whether a task waits by itself or is deferred, and what went wrong there can be read in Airflow's log.

Airflow has an environment of its own, the one that `./dev bench databricks` uses: the first that needs it installs it.
"""

import io
import json
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

from databricks.sdk.service.jobs import NotebookTask, Task
from databricks.sdk.service.workspace import ImportFormat, Language
from harness import ROOT, WeirTest

sys.path.insert(0, str(ROOT / "bench"))
from peers import environments  # noqa: E402

DAGS = Path(__file__).with_name("airflow_dags.py")
GATES = {"submitted": "3", "ran": "4", "alone": "5", "workflow.first": "6", "workflow.second": "7", "failing": "0"}

# What runs in the workspace, for as long as its gate is shut: a task is deferred before its run can have ended.
WAIT = """
import os, sys, time
from pyspark.sql import SparkSession
def rows(count):
    given_up = time.monotonic() + 60
    while not os.path.exists(f"{gates}/{{count}}"):
        assert time.monotonic() < given_up, f"the gate {{count}} stays shut"
        time.sleep(0.02)
    return SparkSession.builder.getOrCreate().range(int(count)).count()
"""
COUNT = WAIT + 'print("rows:", rows(sys.argv[1]))'
FAIL = WAIT + 'raise ValueError(f"{{rows(0)}} rows are too few")'
NOTEBOOK = "# Databricks notebook source" + WAIT + 'dbutils.notebook.exit(rows(dbutils.widgets.get("count")))'


class Airflow(WeirTest):
    with_workspace = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gates = cls.weir.directory / "gates"
        cls.programs = environments.environment("airflow_databricks")
        client = cls.sdk_client()
        cluster = client.clusters.create(cluster_name="shared", spark_version="17.3.x-scala2.13", num_workers=1)
        count, fail, notebook = (io.BytesIO(one.format(gates=cls.gates).encode()) for one in (COUNT, FAIL, NOTEBOOK))
        client.dbfs.upload("/airflow/count.py", count)
        client.dbfs.upload("/airflow/fail.py", fail)
        client.workspace.upload("/Shared/count", notebook, format=ImportFormat.SOURCE, language=Language.PYTHON)
        task = Task(
            task_key="count",
            existing_cluster_id=cluster.cluster_id,
            notebook_task=NotebookTask(notebook_path="/Shared/count"),
        )
        job_id = client.jobs.create(name="count", tasks=[task]).job_id
        cls.setting = cls.weir.environment | {
            "AIRFLOW_CONN_DATABRICKS_DEFAULT": connection_to(cls.weir),
            "AIRFLOW_HOME": str(cls.weir.directory / "airflow"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "CLUSTER_ID": cluster.cluster_id,
            "DO_NOT_TRACK": "1",
            "JOB_ID": str(job_id),
            "PYTHONUNBUFFERED": "1",
        }
        dags = cls.weir.directory / "airflow/dags"
        dags.mkdir(parents=True)
        shutil.copy(DAGS, dags)
        code, said = cls.airflow("db", "migrate")
        assert code == 0, said
        cluster.result()

    def setUp(self):
        self.gates.mkdir()
        self.addCleanup(shutil.rmtree, self.gates)

    @classmethod
    def airflow(cls, *arguments, hear=lambda line: None):
        """The exit code, and all that was said and logged. Each line is heard as it comes."""
        command = [cls.programs / "airflow", *arguments]
        said = []
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        with subprocess.Popen(command, env=cls.setting, **pipes) as process:
            for line in process.stdout:
                said.append(line)
                hear(line)
        return process.returncode, "".join(said)

    def open_gate(self, task):
        (self.gates / GATES[task]).touch()

    def run_dag(self, name, is_deferred):
        """The exit code, what Airflow said of it, and the runs that the workspace has since. The gate of a task is open
        from the beginning, or from when Airflow says that it has deferred the task."""

        def hear(line):
            if deferred := re.search(r"Pausing task as DEFERRED.* task_id=(\S+)", line):
                self.assertTrue(is_deferred, line)
                self.open_gate(deferred[1])

        for task in () if is_deferred else GATES:
            self.open_gate(task)
        before = {run["run_id"] for run in self.weir.remote_runs()}
        code, said = self.airflow("dags", "test", name, hear=hear)
        new = [run["run_id"] for run in self.weir.remote_runs() if run["run_id"] not in before]
        return code, said, [self.weir.api(f"jobs/runs/get?run_id={run_id}") for run_id in sorted(new)]

    def result_of(self, task):
        output = self.weir.api(f"jobs/runs/get-output?run_id={task['run_id']}")
        return output.get("notebook_output", {}).get("result") or output.get("logs")

    def succeeds(self, name, is_deferred):
        code, said, runs = self.run_dag(name, is_deferred)
        self.assertEqual(code, 0, said)
        self.assertEqual({run["state"]["result_state"] for run in runs}, {"SUCCESS"})
        results = [[self.result_of(task) for task in run["tasks"]] for run in runs]
        self.assertEqual(results, [["rows: 3\n"], ["4"], ["5"], ["6", "7"]])

    def fails(self, name, is_deferred):
        code, said, runs = self.run_dag(name, is_deferred)
        self.assertEqual(code, 1, said)
        self.assertEqual([run["state"]["result_state"] for run in runs], ["FAILED"])
        self.assertIn("ValueError: 0 rows are too few", said)

    def test_every_operator_waits_for_its_work_on_the_cluster(self):
        self.succeeds("waiting_success", is_deferred=False)

    def test_every_operator_is_deferred_until_its_work_is_done(self):
        self.succeeds("deferrable_success", is_deferred=True)

    def test_what_failed_in_spark_is_in_the_log_of_airflow(self):
        self.fails("waiting_failure", is_deferred=False)

    def test_what_failed_in_spark_while_deferred_is_in_the_log_of_airflow(self):
        self.fails("deferrable_failure", is_deferred=True)


def connection_to(weir):
    server = weir.server()
    told = {"host": server["host"], "port": server["port"], "schema": "http", "password": weir.token()}
    return json.dumps({"conn_type": "databricks"} | told)


if __name__ == "__main__":
    unittest.main()
