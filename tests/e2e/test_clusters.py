"""The unmodified databricks-sdk with real clusters: runs that attach, libraries, secrets, SQL and repairs.

A start of Spark takes both cores for ten seconds, so the tests of a class share one cluster and one warehouse."""

import base64
import io
import sys
import unittest
import zipfile
from pathlib import Path

from databricks.sdk.service.compute import Language, Library, LibraryInstallStatus, ResultType, State
from databricks.sdk.service.jobs import RunResultState, SparkJarTask, SparkPythonTask, SubmitTask, Task
from databricks.sdk.service.sql import StatementState
from harness import WeirTest, wait_until

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src" / "workspace"))
from driver.tests.packages import make_jar  # noqa: E402

VERSION = "17.3.x-scala2.13"
FOREVER = """\
package rain;

public class Forever {
  public static void main(String[] arguments) {
    System.out.println("at work");
    while (true) {
      try {
        Thread.sleep(60000);
      } catch (InterruptedException ignored) {
      }
    }
  }
}
"""


def wheel(name):
    """A wheel of one module, made by hand: nothing has to be fetched to install it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(f"{name}.py", "def answer(n):\n    return n + 41\n")
        archive.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(
            f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{name}-1.0.dist-info/RECORD", "")
    return file.getvalue()


class Clusters(WeirTest):
    with_workspace = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = cls.sdk_client()
        cls.cluster = cls.client.clusters.create_and_wait(
            cluster_name="shared", spark_version=VERSION, num_workers=1, autotermination_minutes=30
        ).cluster_id

    def put(self, path, content):
        self.client.dbfs.put(path, contents=base64.b64encode(content).decode(), overwrite=True)
        return f"dbfs:{path}"

    def run_on_cluster(self, name, source, **task):
        """Runs a script on the shared cluster and returns the run with its output."""
        script = SparkPythonTask(python_file=self.put(f"/jobs/{name}.py", source.encode()))
        only = SubmitTask(task_key="only", existing_cluster_id=self.cluster, spark_python_task=script, **task)
        run = self.client.jobs.submit_and_wait(run_name=name, tasks=[only])
        return run, self.client.jobs.get_run_output(run.tasks[0].run_id)

    def test_runs_share_the_cluster_and_not_their_sessions(self):
        source = """
from pyspark.sql import SparkSession
assert SparkSession.builder.getOrCreate() is spark
print(spark.range(10).count(), [view.name for view in spark.catalog.listTables() if view.isTemporary])
spark.range(1).createOrReplaceTempView("mine")
print(spark.sparkContext.applicationId)
spark.stop()
"""
        first, said = self.run_on_cluster("share", source)
        self.assertEqual(first.state.result_state, RunResultState.SUCCESS, said.error)
        _, again = self.run_on_cluster("share", source)
        self.assertEqual(said.logs, again.logs)  # the same Spark, and no view of the first run
        self.assertTrue(said.logs.startswith("10 []\n"))
        self.assertEqual(first.tasks[0].cluster_instance.cluster_id, self.cluster)

    def test_a_library_of_a_task_is_there_for_its_code_and_for_the_workers_of_spark(self):
        library = Library(whl=self.put("/libraries/weir_answer-1.0-py3-none-any.whl", wheel("weir_answer")))
        source = """
import weir_answer
from pyspark.sql.functions import udf
there = udf(lambda n: __import__("weir_answer").answer(n), "long")
print(weir_answer.answer(1), spark.range(1, 2).select(there("id")).first()[0])
"""
        run, said = self.run_on_cluster("library", source, libraries=[library])
        self.assertEqual((run.state.result_state, said.logs), (RunResultState.SUCCESS, "42 42\n"))
        self.client.libraries.install(self.cluster, [Library(whl="dbfs:/libraries/none.whl"), library])

        def settled():
            statuses = {one.library.whl: one for one in self.client.libraries.cluster_status(self.cluster)}
            return statuses if statuses["dbfs:/libraries/none.whl"].status == LibraryInstallStatus.FAILED else None

        statuses = wait_until(settled, "the missing wheel has failed")
        self.assertEqual(statuses[library.whl].status, LibraryInstallStatus.INSTALLED)
        self.assertIn("does not exist", statuses["dbfs:/libraries/none.whl"].messages[0])

    def test_a_secret_reaches_the_run_and_not_its_output(self):
        self.client.secrets.create_scope("e2e")
        self.client.secrets.put_secret("e2e", "password", string_value="correct horse")
        run, said = self.run_on_cluster(
            "secret",
            "value = dbutils.secrets.get('e2e', 'password')\nprint(len(value), value)\nraise ValueError(value)\n",
        )
        self.assertIn("13 [REDACTED]", said.logs)
        self.assertEqual(said.error, "ValueError: [REDACTED]")
        self.assertNotIn("correct horse", said.logs + said.error_trace)
        self.assertEqual([key.key for key in self.client.secrets.list_secrets("e2e")], ["password"])

    def test_a_table_of_a_run_is_there_for_sql_on_a_warehouse_and_the_other_way_round(self):
        warehouse = next(iter(self.client.warehouses.list())).id
        run, said = self.run_on_cluster("save", "spark.range(3).write.saveAsTable('numbers')\n")
        self.assertEqual(run.state.result_state, RunResultState.SUCCESS, said.error)

        def sql(statement, **options):
            asked = self.client.statement_execution.execute_statement(
                statement, warehouse, wait_timeout="50s", **options
            )
            ended = (StatementState.SUCCEEDED, StatementState.FAILED)

            def answer():
                seen = self.client.statement_execution.get_statement(asked.statement_id)
                return seen if seen.status.state in ended else None

            return wait_until(answer, "the statement has ended", seconds=120)

        found = sql("SELECT sum(id) AS total, max(id) > 1 AS more, NULL AS nothing FROM numbers")
        self.assertEqual(found.status.state, StatementState.SUCCEEDED, found.status.error)
        self.assertEqual([column.name for column in found.manifest.schema.columns], ["total", "more", "nothing"])
        self.assertEqual(found.result.data_array, [["3", "true", None]])
        failed = sql("SELECT * FROM missing")
        self.assertEqual(failed.status.state, StatementState.FAILED)
        self.assertIn("[TABLE_OR_VIEW_NOT_FOUND]", failed.status.error.message)
        sql("CREATE VIEW doubled AS SELECT id * 2 AS twice FROM numbers")
        sql("DROP TABLE IF EXISTS nothing")
        _, said = self.run_on_cluster("read", "print(sorted(row.twice for row in spark.table('doubled').collect()))\n")
        self.assertEqual(said.logs, "[0, 2, 4]\n", said.error)

    def test_a_jar_that_is_cancelled_stops_in_the_cluster_and_the_cluster_stays(self):
        jar = make_jar(self.weir.directory, "forever.jar", {"Forever.java": FOREVER})
        task = SubmitTask(
            task_key="only",
            existing_cluster_id=self.cluster,
            spark_jar_task=SparkJarTask(main_class_name="rain.Forever"),
            libraries=[Library(jar=self.put("/libraries/forever.jar", jar.read_bytes()))],
        )
        asked = self.client.jobs.submit(run_name="forever", tasks=[task])
        run = self.client.jobs.get_run(asked.run_id)
        wait_until(lambda: self.logs_of(run).startswith("at work"), "the program works")
        threads = (
            "print([t.getName() for t in spark._jvm.Thread.getAllStackTraces().keySet() if 'rain' in t.getName()])\n"
        )
        self.assertEqual(self.run_on_cluster("before", threads)[1].logs, "['main of rain.Forever']\n")
        self.client.jobs.cancel_run(asked.run_id)
        ended = wait_until(lambda: self.ended(asked.run_id), "the run has ended")
        self.assertEqual(ended.state.result_state, RunResultState.CANCELED)
        wait_until(lambda: self.run_on_cluster("after", threads)[1].logs == "[]\n", "the program is gone")
        self.assertEqual(self.client.clusters.get(self.cluster).state, State.RUNNING)

    def logs_of(self, run):
        return self.client.jobs.get_run_output(run.tasks[0].run_id).logs or ""

    def ended(self, run_id):
        run = self.client.jobs.get_run(run_id)
        return run if run.end_time else None

    def test_a_failed_run_is_repaired(self):
        gate = self.weir.directory / "gate"
        source = f"import os\nassert os.path.exists({str(gate)!r}), 'not yet'\n".encode()
        scripts = [self.put("/jobs/good.py", b""), self.put("/jobs/gated.py", source)]
        tasks = [
            Task(task_key=key, existing_cluster_id=self.cluster, spark_python_task=SparkPythonTask(python_file=script))
            for key, script in zip(("good", "gated"), scripts, strict=True)
        ]
        job = self.client.jobs.create(name="repaired", tasks=tasks).job_id
        failed = self.client.jobs.run_now_and_wait(job)
        self.assertEqual(failed.state.result_state, RunResultState.FAILED)
        gate.write_text("")
        repaired = self.client.jobs.repair_run_and_wait(failed.run_id, rerun_all_failed_tasks=True)
        self.assertEqual(repaired.state.result_state, RunResultState.SUCCESS)
        history = self.client.jobs.get_run(failed.run_id, include_history=True).repair_history
        self.assertEqual([len(item.task_run_ids) for item in history], [2, 1])

    def test_commands_share_the_names_of_their_context(self):
        api = self.client.command_execution
        context = api.create_and_wait(cluster_id=self.cluster, language=Language.PYTHON).id

        def run(command):
            asked = dict(cluster_id=self.cluster, context_id=context, language=Language.PYTHON, command=command)
            return api.execute_and_wait(**asked).results

        self.assertEqual(run("rows = spark.range(5).count()\nrows + 1").data, "6")
        self.assertEqual(run("print(rows)").data, "5\n")
        failed = run("1 / 0")
        self.assertEqual(
            (failed.result_type, failed.summary), (ResultType.ERROR, "ZeroDivisionError: division by zero")
        )
        answered = run("\n    print('unseen')\n    dbutils.notebook.exit('the answer')\n    ")
        self.assertEqual((answered.result_type, answered.data), (ResultType.TEXT, "the answer"))
        api.destroy(self.cluster, context)

    def test_what_the_client_asks_of_dbutils_is_answered_by_the_cluster(self):
        self.client.config.cluster_id = self.cluster
        mounts = self.client.dbutils.fs.mounts()
        self.assertIn(("/", "DatabricksRoot"), [(mount.mountPoint, mount.source) for mount in mounts])

    def test_the_cluster_says_what_happened_to_it(self):
        shown = self.client.clusters.get(self.cluster)
        self.assertEqual((shown.state, shown.cluster_name), (State.RUNNING, "shared"))
        self.assertIn("RUNNING", [event.type.value for event in self.client.clusters.events(self.cluster)])
        self.client.clusters.ensure_cluster_is_running(self.cluster)
        self.assertIn(self.cluster, [one.cluster_id for one in self.client.clusters.list()])


if __name__ == "__main__":
    unittest.main()
