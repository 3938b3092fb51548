"""Drivers that are started ahead, on real Spark, with the test in the place of the server."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

from driver.tests.driver_process import MAIN

COLD = ["spark.driver.memory", "spark.jars"]


class Waiting:
    """One that waits in a folder of its own, which becomes that of a run, as the server does it."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder, self.run = root, root / "waiting", root / "run"
        (self.folder / "work").mkdir(parents=True)
        (root / "dbfs").mkdir()
        self.server, driver = socket.socketpair()
        with open(self.folder / "stdout", "ab") as out, open(self.folder / "stderr", "ab") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-u", str(MAIN), "--wait"],
                cwd=self.folder / "work",
                env=os.environ | {"WEIR_TREE": "tree"},
                stdin=driver,
                stdout=out,
                stderr=err,
            )
        driver.close()

    def is_ready(self) -> bool:
        return self.server.recv(16) == b"ready\n"

    def do(self, text: str, **changes: object) -> tuple[str, str, dict[str, object]]:
        """Has it run a script: what that printed, to both streams, and its result."""
        code = self.root / "code.py"
        code.write_text(textwrap.dedent(text), encoding="utf-8")
        task = {
            "kind": "spark_python", "file": str(code), "shown_path": "dbfs:/code.py", "parameters": [],
            "master": "local[2]", "spark_conf": {}, "app_name": "late", "dbfs_root": str(self.root / "dbfs"),
            "workspace_root": str(self.root), "context": {}, "result_file": str(self.run / "result.json"), **changes,
        }  # fmt: skip
        (self.folder / "task.json").write_text(json.dumps(task))
        self.folder.rename(self.run)
        self.folder.symlink_to(self.run)
        variables = {name: value for name, value in os.environ.items() if not name.startswith("WEIR_")}
        order = {
            "task_file": str(self.run / "task.json"),
            "mark": str(self.run / "started"),
            "environment": [f"{name}={value}" for name, value in (variables | {"REGION": "north"}).items()],
            "cold_settings": COLD,
        }
        self.server.sendall(json.dumps(order).encode() + b"\n")
        self.server.close()
        self.process.wait()
        result = json.loads((self.run / "result.json").read_text())
        return (self.run / "stdout").read_text(), (self.run / "stderr").read_text(), result


class WaitsForItsOrder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.addCleanup(folder.cleanup)
        self.waiting = Waiting(Path(folder.name).resolve())
        self.addCleanup(self.waiting.server.close)

    def test_the_spark_that_is_there_becomes_the_one_that_is_asked_for(self):
        self.assertTrue(self.waiting.is_ready())
        out, err, result = self.waiting.do(
            """
            import os
            print(os.path.basename(os.path.dirname(os.getcwd())), os.environ["REGION"], os.environ["WEIR_TREE"])
            print(sorted(name for name in os.environ if name.startswith(("WEIR_", "PYSPARK_GATEWAY"))))
            from pyspark.sql import SparkSession
            spark = SparkSession.builder.config("spark.sql.shuffle.partitions", 3).getOrCreate()
            context = spark.sparkContext
            print(context.master, context.appName, spark.catalog.listTables())
            print([spark.conf.get("spark.sql." + name) for name in ("shuffle.partitions", "session.timeZone")])
            print(context._jsc.hadoopConfiguration().get("fs.test"), context._gateway.proc.poll())
            spark.range(3).write.parquet("dbfs:/three")
            print(spark.read.parquet("/three").count())
            """,
            spark_conf={"spark.sql.session.timeZone": "Asia/Tokyo", "spark.hadoop.fs.test": "late"},
        )
        self.assertEqual(
            out,
            "run north tree\n['WEIR_TREE']\nlocal[2] late []\n['3', 'Asia/Tokyo']\nlate None\n3\n",
            err,
        )
        self.assertEqual((err, result), ("", {}))
        self.assertTrue((self.waiting.run / "started").exists())
        self.assertTrue((self.waiting.root / "dbfs/three/_SUCCESS").exists())

    def test_a_program_that_asks_for_what_only_a_new_jvm_can_give_gets_a_new_one(self):
        out, err, result = self.waiting.do(
            """
            from pyspark.sql import SparkSession
            spark = SparkSession.builder.config("spark.driver.memory", "700m").getOrCreate()
            print(spark._jvm.java.lang.Runtime.getRuntime().maxMemory() >> 20 <= 700, spark.range(4).count())
            """
        )
        self.assertEqual((out, err, result), ("True 4\n", "", {}))

    def test_one_that_is_asked_for_while_it_warms_up_goes_on_from_there(self):
        out, err, result = self.waiting.do(
            """
            from pyspark.sql import SparkSession
            print(SparkSession.builder.getOrCreate().range(5).count())
            """
        )
        self.assertEqual((out, err, result), ("5\n", "", {}))
        self.assertTrue((self.waiting.run / "started").exists())


class WithoutAServer(unittest.TestCase):
    def test_it_ends_at_once(self):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            waiting = Waiting(Path(folder).resolve())
            waiting.server.close()
            self.assertEqual(waiting.process.wait(timeout=60), 0)


if __name__ == "__main__":
    unittest.main()
