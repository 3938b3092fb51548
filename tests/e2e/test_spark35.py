"""Spark 3.5 beside Spark 4, as spark_version asks: runs, clusters, statements, and Spark Connect's clients of both."""

import os
import subprocess
import unittest
from concurrent.futures import ThreadPoolExecutor

from harness import PYTHON, ROOT, WeirTest, wait_until

ELDER_PYTHON = os.environ.get("WEIR_ELDER_PYTHON", str(ROOT / ".venv-spark3.5/bin/python"))
PATIENCE = 240  # seconds; two clusters start at once
ELDER = {"spark_version": "15.4.x-scala2.12", "node_type_id": "local", "num_workers": 1}
YOUNGER = {"spark_version": "17.3.x-scala2.13", "node_type_id": "local", "num_workers": 1}
SCRIPT = """
from pyspark.sql import SparkSession
from pyspark.sql.functions import udf
spark = SparkSession.builder.getOrCreate()
print(spark.version, spark.range(7).select(udf(lambda n: n + 1, "long")("id").alias("n")).agg({"n": "sum"}).first()[0])
"""
NOTEBOOK = """# Databricks notebook source
spark.range(3).write.mode("overwrite").saveAsTable("of_a_notebook")
# COMMAND ----------
# MAGIC %sql
# MAGIC SELECT count(*) AS n FROM of_a_notebook
# COMMAND ----------
dbutils.notebook.exit(f"{spark.version} {spark.table('of_a_notebook').count()}")
"""
THREADS = """
import threading
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
print("running", flush=True)
rows = spark.range(1000).repartition(1)
work = threading.Thread(target=lambda: rows.foreach(lambda row: __import__("time").sleep(1)))
work.start()
work.join()
"""
CLIENT = """
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.remote(sys.argv[1]).getOrCreate()
print(spark.version, spark.range(1000).count(), spark.sql("SELECT 1 + 1 AS two").first().two)
print(len(spark.range(100000).selectExpr("id", "repeat('x', 100) AS text").toPandas()))
try:
    spark.sql("SELECT * FROM missing").collect()
except Exception as error:
    print(type(error).__name__)
"""


class Spark35(WeirTest):
    """The default is Spark 3.5 here, so that what does not choose, as a warehouse, is tested on it too."""

    context = None  # an execution context of the cluster

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        pythons = ["--python", ELDER_PYTHON, "--python", PYTHON]
        ended = cls.weir("workspace", "start", "--port", "0", "--https", *pythons)
        assert ended.code == 0, ended.err
        cls.script = cls.weir.upload_script("both.py", SCRIPT)
        cls.cluster = cls.weir.post("clusters/create", cluster_name="elder", **ELDER)["cluster_id"]
        cls.younger = cls.weir.post("clusters/create", cluster_name="younger", **YOUNGER)["cluster_id"]

    def submit(self, **task):
        return self.weir.post("jobs/runs/submit", run_name="one", tasks=[{"task_key": "only"} | task])["run_id"]

    def ended(self, run):
        def look():
            seen = self.weir.api(f"jobs/runs/get?run_id={run}")
            return seen if seen["state"]["life_cycle_state"] in ("TERMINATED", "INTERNAL_ERROR") else None

        return wait_until(look, "the run has ended", PATIENCE)

    def output(self, run):
        seen = self.ended(run)
        return self.weir.api(f"jobs/runs/get-output?run_id={seen['tasks'][0]['run_id']}")

    def test_jobs_get_the_spark_that_their_runtime_has(self):
        task = {"spark_python_task": {"python_file": self.script}}
        own = self.submit(**task, new_cluster=ELDER)
        shared = [self.submit(**task, existing_cluster_id=cluster) for cluster in (self.cluster, self.younger)]
        self.assertEqual(self.output(own)["logs"], "3.5.7 28\n")
        self.assertEqual(self.output(shared[0])["logs"], "3.5.7 28\n")
        self.assertRegex(self.output(shared[1])["logs"], r"^4\.\d+\.\d+ 28\n$")
        keys = [one["key"] for one in self.weir.api("clusters/spark-versions")["versions"]]
        self.assertEqual(keys, ["17.3.x-scala2.13", "16.4.x-scala2.12", "15.4.x-scala2.12", "14.3.x-scala2.12"])
        refused = self.ended(self.submit(**task, new_cluster=ELDER | {"spark_version": "13.3.x-scala2.12"}))
        self.assertIn("is Apache Spark 3.4, and this workspace has 3.5.7 and 4.", refused["state"]["state_message"])

    def test_notebooks_and_statements_share_a_catalog(self):
        notebook = self.weir.write("shared.py", NOTEBOOK)
        ended = self.weir("fs", "cp", notebook, "workspace:/Shared/shared")
        self.assert_ended(ended, 0)
        run = self.submit(notebook_task={"notebook_path": "/Shared/shared"}, existing_cluster_id=self.cluster)
        self.assertEqual(self.output(run)["notebook_output"]["result"], "3.5.7 3")
        ended = self.weir("sql", "SELECT count(*) AS n, version() AS v FROM of_a_notebook WHERE id < :most",
                          "--warehouse", "Starter Warehouse", "-p", "most=2", "--json")  # fmt: skip
        self.assert_ended(ended, 0)
        self.assertIn('"n": "2"', ended.out)
        self.assertIn("3.5.7", ended.out)

    def test_a_cancelled_run_leaves_nothing_behind_in_its_cluster(self):
        run = self.submit(
            spark_python_task={"python_file": self.weir.upload_script("threads.py", THREADS)},
            existing_cluster_id=self.cluster,
        )
        self.addCleanup(self.weir.post, "jobs/runs/cancel", run_id=run)
        task = self.weir.api(f"jobs/runs/get?run_id={run}")["tasks"][0]["run_id"]

        def is_running():
            return "running" in self.weir.api(f"jobs/runs/get-output?run_id={task}").get("logs", "")

        wait_until(is_running, "it runs", PATIENCE)
        wait_until(lambda: self.active_jobs() > 0, "Spark works for it")
        self.weir.post("jobs/runs/cancel", run_id=run)
        self.assertEqual(self.ended(run)["state"]["result_state"], "CANCELED")
        wait_until(lambda: self.active_jobs() == 0, "Spark works for it no more")

    def active_jobs(self):
        """Of the cluster's Spark, asked through an execution context."""
        from databricks.sdk.service.compute import Language

        api = self.sdk_client().command_execution
        if self.context is None:
            type(self).context = api.create_and_wait(cluster_id=self.cluster, language=Language.PYTHON).id
        told = api.execute_and_wait(
            cluster_id=self.cluster,
            context_id=self.context,
            language=Language.PYTHON,
            command="print(len(spark.sparkContext.statusTracker().getActiveJobsIds()))",
        )
        return int(told.results.data)

    def test_clients_of_both_versions_reach_the_cluster_by_https(self):
        """A server of Spark Connect understands clients that are older than it."""
        with ThreadPoolExecutor(2) as pool:
            clients = [(ELDER_PYTHON, self.cluster), (ELDER_PYTHON, self.younger), (PYTHON, self.younger)]
            told = list(pool.map(self.client, *zip(*clients, strict=True)))
        for (out, err), version in zip(told, (r"3\.5\.7", r"4\.\d+\.\d+", r"4\.\d+\.\d+"), strict=True):
            self.assertRegex(out, f"^{version} 1000 2\n100000\nAnalysisException\n$", err)

    def client(self, python, cluster):
        port = self.weir.server()["https_url"].rpartition(":")[2]
        options = f"use_ssl=true;token={self.weir.token()};x-databricks-cluster-id={cluster}"
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "PYSPARK_"))}
        clean |= {"GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": self.weir.server()["certificate"]}
        words = [python, "-c", CLIENT, f"sc://localhost:{port}/;{options}"]
        ended = subprocess.run(words, capture_output=True, text=True, timeout=100, env=clean)
        return ended.stdout, ended.stderr

    def test_the_status_shows_the_clusters_with_their_sparks(self):
        for cluster in (self.cluster, self.younger):
            wait_until(lambda c=cluster: self.running(c), "the cluster runs", PATIENCE)
        status = self.weir.json("workspace", "status")
        self.assertEqual([one["spark_version"][:2] for one in status["sparks"]], ["3.", "4."])
        clusters = {one["cluster_name"]: one for one in status["clusters"]}
        self.assertEqual(clusters["elder"]["apache_spark_version"], "3.5.7")
        self.assertIn("use_ssl=true", clusters["elder"]["spark_connect_address"])
        self.assertNotIn("use_ssl", clusters["younger"]["spark_connect_address"])
        for cluster in (clusters["elder"], clusters["younger"]):
            self.assertGreater(cluster["memory_bytes"], 100 << 20)  # a JVM
            self.assertIn("idle_seconds", cluster)
        self.assertGreater(status["memory"]["used_bytes"], 200 << 20)
        page = self.weir("workspace", "status").out
        self.assertRegex(page, rf"(?m)^  {self.cluster} +RUNNING +elder +Spark 3\.5\.7 +\d+ MiB   (idle|in use)")

    def test_the_cluster_s_own_port_asks_for_its_token(self):
        cluster = wait_until(lambda: self.running(self.cluster), "the cluster runs", PATIENCE)
        remote = cluster["spark_remote"].partition("token=")[0]
        words = [ELDER_PYTHON, "-c", CLIENT, remote]
        ended = subprocess.run(words, capture_output=True, text=True, timeout=300)
        self.assertIn("no or a wrong token", ended.stderr)

    def running(self, cluster):
        seen = self.weir.api(f"clusters/get?cluster_id={cluster}")
        return seen if seen["state"] == "RUNNING" else None


if __name__ == "__main__":
    unittest.main()
