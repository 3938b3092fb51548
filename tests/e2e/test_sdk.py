"""The unmodified databricks-sdk works with the embedded workspace, given a host and a token and nothing else."""

import base64
import io
import os
import unittest

from databricks.sdk import WorkspaceClient
from databricks.sdk.service.compute import ClusterSpec
from databricks.sdk.service.jobs import RunLifeCycleState, RunResultState, SparkPythonTask, Task
from harness import WeirTest, wait_until

COUNT = """
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
print("rows:", spark.range(1000).where("id % 2 = 0").count())
lines = spark.read.text("/Volumes/main/default/raw/lines.txt")
lines.write.mode("overwrite").text("dbfs:/Volumes/main/default/raw/copy")
print("lines:", lines.count())
"""

WAIT = """
import time
print("waiting", flush=True)
time.sleep(600)
"""

CLUSTER = ClusterSpec(spark_version="17.3.x-scala2.13", node_type_id="local", num_workers=0)


class Sdk(WeirTest):
    with_workspace = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = cls.sdk_client()

    def job(self, name, source):
        """Uploads a script and creates a job of one task that runs it."""
        self.client.dbfs.put(f"/jobs/{name}.py", contents=base64.b64encode(source.encode()).decode(), overwrite=True)
        script = SparkPythonTask(python_file=f"dbfs:/jobs/{name}.py")
        task = Task(task_key="only", spark_python_task=script, new_cluster=CLUSTER)
        return self.client.jobs.create(name=name, tasks=[task]).job_id

    def test_a_job_is_created_run_waited_for_and_its_output_read(self):
        self.client.files.upload("/Volumes/main/default/raw/lines.txt", io.BytesIO(b"a\nb\nc\n"))
        job = self.job("count", COUNT)
        run = self.client.jobs.run_now(job_id=job).result()
        self.assertEqual(run.state.result_state, RunResultState.SUCCESS)
        output = self.client.jobs.get_run_output(run.tasks[0].run_id)
        self.assertIn("rows: 500", output.logs)
        self.assertIn("lines: 3", output.logs)
        copied = self.client.files.list_directory_contents("/Volumes/main/default/raw/copy")
        self.assertIn("_SUCCESS", [entry.name for entry in copied])
        self.assertEqual([listed.run_id for listed in self.client.jobs.list_runs(job_id=job)], [run.run_id])
        self.assertIn("count", [listed.settings.name for listed in self.client.jobs.list()])

    def test_a_run_is_cancelled(self):
        run = self.client.jobs.run_now(job_id=self.job("wait", WAIT))

        def is_running():
            return self.client.jobs.get_run(run.run_id).state.life_cycle_state == RunLifeCycleState.RUNNING

        wait_until(is_running, "the run is running")
        ended = self.client.jobs.cancel_run(run.run_id).result()
        self.assertEqual(ended.state.life_cycle_state, RunLifeCycleState.TERMINATED)
        self.assertEqual(ended.state.result_state, RunResultState.CANCELED)

    def test_a_file_comes_back_from_dbfs_as_it_was(self):
        content = os.urandom(3 * 1024 * 1024 + 17)
        self.client.dbfs.upload("/data/random.bin", io.BytesIO(content), overwrite=True)
        self.assertEqual(self.client.dbfs.download("/data/random.bin").read(), content)
        listed = {file.path: file.file_size for file in self.client.dbfs.list("/data")}
        self.assertEqual(listed, {"/data/random.bin": len(content)})

    def test_a_wrong_token_is_refused(self):
        stranger = WorkspaceClient(host=self.weir.host(), token="dapi-wrong")
        with self.assertRaisesRegex(Exception, "(?i)token|credential|authenticat"):
            stranger.current_user.me()


if __name__ == "__main__":
    unittest.main()
