"""The driver as a process, on real Spark. Each test starts a JVM, so each asks for much at once."""

import textwrap
import unittest

from driver.tests.driver_process import Workspace


class RunsOnSpark(unittest.TestCase):
    def setUp(self):
        self.workspace = Workspace()
        self.addCleanup(self.workspace.close)

    def script(self, text, *parameters, **changes):
        return self.workspace.script(textwrap.dedent(text), *parameters, **changes)

    def test_a_session_of_the_users_own_is_the_one_the_task_asks_for(self):
        run = self.script(
            """
            from pyspark.sql import SparkSession
            spark = SparkSession.builder.getOrCreate()
            print(spark.sparkContext.master, spark.sparkContext.appName)
            print(spark.conf.get("spark.sql.shuffle.partitions"), spark.conf.get("spark.sql.session.timeZone"))
            print(spark.range(10).selectExpr("sum(id)").first()[0])
            """,
            spark_conf={"spark.sql.session.timeZone": "Asia/Tokyo", "spark.app.name": "a  = b"},
        )
        self.assertEqual(run.out, "local[2] a  = b\n2 Asia/Tokyo\n45\n")
        self.assertEqual((run.code, run.err), (0, ""))  # not a word of Spark's or the JVM's
        self.assertEqual([path.name for path in run.folder.iterdir()], ["spark.log"])

    def test_dbfs_is_read_and_written_in_every_format_and_left_clean(self):
        (self.workspace.dbfs / "in").mkdir()
        (self.workspace.dbfs / "in" / "a b.csv").write_text("n\n1\n2\n")
        run = self.script(
            """
            frame = spark.read.option("header", True).csv("dbfs:/in/*.csv")
            frame = frame.selectExpr("int(n) AS n", "int(n) % 2 AS odd")
            for form in ("parquet", "json", "csv"):
                for _ in range(2):
                    frame.write.mode("overwrite").format(form).save("dbfs:/out/" + form)
                print(form, spark.read.format(form).load("dbfs:/out/" + form).count())
            frame.write.mode("append").parquet("/out/parquet")  # no scheme means DBFS too
            frame.write.partitionBy("odd").parquet("dbfs:/out/parts")
            print(*(spark.read.parquet("dbfs:/out/" + path).count() for path in ("parquet", "parts/odd=1")))
            print(spark.read.parquet("dbfs:/out/parts").inputFiles()[0].partition("/out/")[0])
            stream = spark.readStream.schema(frame.schema).parquet("dbfs:/out/parq*")
            sink = stream.writeStream.format("parquet").option("checkpointLocation", "dbfs:/checkpoint")
            sink.trigger(availableNow=True).start("dbfs:/out/stream").awaitTermination()
            print(spark.read.parquet("dbfs:/out/stream").count() > 0)
            frame.write.saveAsTable("kept")
            """
        )
        self.assertEqual(run.out, "parquet 2\njson 2\ncsv 2\n4 1\ndbfs://\nTrue\n", run.err)
        files = [path.name for path in self.workspace.dbfs.rglob("*")]
        self.assertFalse([name for name in files if name.endswith(".crc") or "_temporary" in name])
        self.assertTrue((self.workspace.dbfs / "user/hive/warehouse/kept/_SUCCESS").exists())

    def test_failures_of_spark_say_what_matters_and_where(self):
        run = self.script(
            """
            try:
                spark.sql("SELECT * FROM missing")
            except Exception as error:
                print(type(error).__name__)
            from pyspark.sql.functions import udf
            def inverse(n):
                return 1 // n
            spark.range(3).select(udf(inverse, "int")("id")).collect()
            """
        )
        self.assertEqual(run.out, "AnalysisException\n")
        self.assertEqual(run.result["error"], "PythonException: ZeroDivisionError: integer division or modulo by zero")
        self.assertIn('File "dbfs:/jobs/work.py", line 9, in <module>', run.result["error_trace"])
        self.assertIn('File "dbfs:/jobs/work.py", line 8, in inverse', run.result["error_trace"])
        self.assertNotIn("/pyspark/", run.result["error_trace"])
        self.assertNotIn("\tat ", run.err)

    def test_a_notebook_mixes_python_and_sql(self):
        run = self.workspace.notebook(
            textwrap.dedent(
                """\
                # Databricks notebook source
                # MAGIC %md # Numbers
                # COMMAND ----------
                # MAGIC %sql
                # MAGIC CREATE TEMPORARY VIEW numbers AS SELECT id FROM range(10); -- a comment; with a semicolon
                # MAGIC SELECT count(*) AS n, ':x;' AS text FROM numbers WHERE id >= :least
                # COMMAND ----------
                dbutils.widgets.text("least", "0")
                display(_sqldf.select("n"))
                import neighbour
                from pyspark.sql.functions import udf
                spark.range(1).select(udf(neighbour.work, "int")("id").alias("w")).first()
                # COMMAND ----------
                # MAGIC %sql SELECT * FROM missing
                """
            ).replace(
                "import neighbour",
                "open('../code/neighbour.py', 'w').write('def work(n): return 41 + 1')\nimport neighbour",
            ),
            {"least": "7"},
        )
        self.assertEqual(
            run.out,
            "+---+----+\n|  n|text|\n+---+----+\n|  3| :x;|\n+---+----+\n\n"
            "+---+\n|  n|\n+---+\n|  3|\n+---+\n\nRow(w=42)\n",
            run.err,
        )
        self.assertRegex(run.result["error"], r"^AnalysisException: \[TABLE_OR_VIEW_NOT_FOUND\]")
        self.assertIn('File "/Shared/work, cell 4", line 15, in <module>\n    SELECT *', run.result["error_trace"])

    def test_notebooks_run_notebooks_and_sql(self):
        shared = self.workspace.root / "Shared"
        shared.mkdir()
        (shared / "count.py").write_text(
            "# Databricks notebook source\nn = int(dbutils.widgets.get('n'))\n"
            "spark.range(n).createTempView('numbers')\n"
            "dbutils.notebook.exit(spark.table('numbers').count())\n"
        )
        (shared / "slow.py").write_text("# Databricks notebook source\nimport time\ntime.sleep(60)\n")
        (shared / "report.sql").write_text(
            "-- Databricks notebook source\n-- MAGIC %md # Report\n-- COMMAND ----------\n"
            "CREATE TABLE kept AS SELECT id FROM range(:n);\nSELECT count(*) AS n FROM kept\n"
            "-- COMMAND ----------\n-- MAGIC %python\n-- MAGIC dbutils.notebook.exit(_sqldf.first().n)\n"
        )
        run = self.workspace.notebook(
            textwrap.dedent(
                """\
                # Databricks notebook source
                from concurrent.futures import ThreadPoolExecutor
                with ThreadPoolExecutor() as pool:
                    print(*pool.map(lambda n: dbutils.notebook.run("./count", 60, {"n": n}), (3, 4)))
                print(dbutils.notebook.run("/Shared/report", 0, {"n": "5"}), spark.table("kept").count())
                # COMMAND ----------
                for other, seconds in (("./slow", 1), ("./count", 60)):
                    try:
                        dbutils.notebook.run(other, seconds)
                    except Exception as error:
                        print(type(error).__name__, error)
                """
            ),
        )
        self.assertEqual(
            run.out.splitlines(),
            [
                "3 4", "+---+", "|  n|", "+---+", "|  5|", "+---+", "", "5 5",
                "WorkflowException /Shared/slow: timed out after 1 seconds",
                "WorkflowException /Shared/count: FAILED: InputWidgetNotDefined: No input widget named n is defined. "
                "None is defined.",
            ],
            run.err,
        )  # fmt: skip
        self.assertEqual(run.code, 0)


if __name__ == "__main__":
    unittest.main()
