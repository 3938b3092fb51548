"""Programs that are not the driver's own Python, on real Spark: jars, and what spark-submit runs. Each starts a JVM."""

import unittest
import zipfile

from driver.tests.driver_process import Workspace
from driver.tests.packages import make_jar

JAVA = """\
package rain;

import org.apache.spark.sql.SparkSession;

public class Report {
  public static void main(String[] arguments) {
    SparkSession spark = SparkSession.builder().getOrCreate();
    System.out.println(String.join(",", arguments) + " " + spark.range(10).count());
    System.err.println("to the other stream");
    new Report().fail(arguments[1]);
  }

  void fail(String why) {
    throw new IllegalStateException(why);
  }
}
"""

PYTHON = """\
import sys
from pyspark.sql import SparkSession
from helper import double
spark = SparkSession.builder.getOrCreate()
print(sys.argv[1:], double(spark.read.text("dbfs:/data.txt").count()), spark.conf.get("spark.rain"))
raise ValueError("boom")
"""


class Programs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.workspace = Workspace()
        cls.addClassCleanup(cls.workspace.close)
        make_jar(cls.workspace.dbfs, "rain.jar", {"Report.java": JAVA})
        (cls.workspace.dbfs / "app.py").write_text(PYTHON)
        (cls.workspace.dbfs / "data.txt").write_text("one\ntwo\n")
        with zipfile.ZipFile(cls.workspace.dbfs / "helper.zip", "w") as archive:
            archive.writestr("helper.py", "def double(n):\n    return 2 * n\n")

    def test_a_main_class_runs_with_its_parameters_and_fails_with_the_stack_of_java(self):
        run = self.workspace.jar("rain.Report", "one", "boom", libraries=[{"jar": "dbfs:/rain.jar"}])
        self.assertEqual((run.code, run.out), (1, "one,boom 10\n"))
        self.assertEqual(run.result["error"], "java.lang.IllegalStateException: boom")
        trace = ["\tat rain.Report.fail(Report.java:14)", "\tat rain.Report.main(Report.java:10)"]
        self.assertEqual(run.result["error_trace"].splitlines()[1:], trace)
        self.assertEqual(run.err, f"to the other stream\n{run.result['error_trace']}\n")

    def test_spark_submit_runs_a_python_program(self):
        words = ["--conf", "spark.rain=heavy", "--py-files", "dbfs:/helper.zip", "dbfs:/app.py", "--conf", "of its own"]
        run = self.workspace.submit(*words)
        self.assertEqual(run.out.splitlines()[0], "['--conf', 'of its own'] 4 heavy", run.err)
        self.assertEqual(run.result["error"], "ValueError: boom")


if __name__ == "__main__":
    unittest.main()
