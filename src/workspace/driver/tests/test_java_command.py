import tempfile
import unittest
from pathlib import Path

from driver.java_command import java_command, read_properties
from driver.spark_home import SparkSpec, as_properties, cores, defaults


class Command(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name).resolve()

    def command(self, settings, *arguments, **environment):
        (self.home / "spark-defaults.conf").write_text(as_properties(settings))
        environment["SPARK_CONF_DIR"] = str(self.home)
        return java_command(self.home, ["--conf", "a=b", *arguments, "pyspark-shell"], environment)

    def test_spark_is_started_with_the_arguments_of_pyspark(self):
        command = self.command({})
        self.assertEqual(command[0], "java")
        self.assertEqual(command[-4:], ["org.apache.spark.deploy.SparkSubmit", "--conf", "a=b", "pyspark-shell"])
        self.assertIn("-Xmx1g", command)

    def test_the_memory_of_the_session_builder_wins_over_the_defaults(self):
        settings = {"spark.driver.memory": "2g"}
        self.assertIn("-Xmx2g", self.command(settings))
        self.assertIn("-Xmx3g", self.command(settings, "--conf", "spark.driver.memory=3g"))

    def test_options_of_spark_submit_count_up_to_the_program(self):
        command = self.command({}, "--verbose", "--driver-memory", "2g", "a.jar", "--driver-memory", "9g")
        self.assertIn("-Xmx2g", command)
        command = self.command({}, "--driver-class-path", "/x.jar", "--driver-java-options", "-Done=1 -Dtwo=2")
        self.assertEqual(command[command.index("-cp") + 1], f"/x.jar:{self.home}/jars/*")
        self.assertIn("-Dtwo=2", command)

    def test_java_options_of_the_user_come_last(self):
        command = self.command({"spark.driver.extraJavaOptions": "-Dname='two words' -XX:+UseSerialGC"})
        spark = command.index("org.apache.spark.deploy.SparkSubmit")
        self.assertEqual(command[spark - 2 : spark], ["-Dname=two words", "-XX:+UseSerialGC"])

    def test_the_class_path_holds_what_the_user_adds(self):
        command = self.command({"spark.driver.extraClassPath": "/x.jar"}, HADOOP_CONF_DIR="/etc/hadoop")
        self.assertEqual(command[command.index("-cp") + 1], f"/x.jar:{self.home}/jars/*:/etc/hadoop")

    def test_java_home_chooses_the_java(self):
        self.assertEqual(self.command({}, JAVA_HOME="/opt/java")[0], "/opt/java/bin/java")


def spec(**changes):
    return SparkSpec(**{"master": "local[1]", "app_name": "n", "conf": {}, "dbfs_root": Path("dbfs"), **changes})


class Settings(unittest.TestCase):
    def test_properties_are_read_back_as_written(self):
        settings = {"a.b": " x=y # \\ \n\tz", "a:b =c#": "", "ü": "é"}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "spark-defaults.conf")
            path.write_text(as_properties(settings), encoding="utf-8")
            self.assertEqual(read_properties(path), settings)

    def test_settings_of_the_task_win(self):
        asked = spec(master="local[2]", conf={"spark.sql.shuffle.partitions": "9", "spark.app.name": "mine"})
        found = defaults(asked, Path("/run/.spark"))
        self.assertEqual((found["spark.sql.shuffle.partitions"], found["spark.app.name"]), ("9", "mine"))
        self.assertEqual(found["spark.master"], "local[2]")

    def test_a_cluster_keeps_its_own_network_and_partitions(self):
        found = defaults(spec(master="spark://h:7077"), Path("/run/.spark"))
        self.assertNotIn("spark.driver.host", found)
        self.assertNotIn("spark.sql.shuffle.partitions", found)

    def test_cores_are_read_from_the_master(self):
        self.assertEqual([cores(master) for master in ("local", "local[3]", "local[4,2]")], [1, 3, 4])
        self.assertGreaterEqual(cores("local[*]"), 1)
