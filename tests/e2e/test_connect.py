"""What waits ahead, and who comes by the workspace's port: warm drivers, and PySpark's own Spark Connect client."""

import os
import signal
import subprocess
import unittest

from harness import PYTHON, WeirTest, is_running, wait_until

CLUSTER = {"spark_version": "17.3.x-scala2.13", "node_type_id": "local", "num_workers": 1}
CLIENT = """
import sys
from pyspark.sql import SparkSession
first, second = (SparkSession.builder.remote(address).create() for address in sys.argv[1:])
print(first.range(1000).count(), second.sql("SELECT 1 + 1 AS two").first().two)
rows = first.range(300000).selectExpr("id", "repeat('x', 100) AS text").toArrow()
print(rows.num_rows, rows["id"].to_pylist() == list(range(300000)))
try:
    first.sql("SELECT * FROM missing").collect()
except Exception as error:
    print(type(error).__name__, error.getCondition())
"""
REFUSED = """
import sys
from pyspark.sql import SparkSession
try:
    SparkSession.builder.remote(sys.argv[1]).getOrCreate().range(1).count()
except Exception as error:
    print(error)
"""


class Connect(WeirTest):
    def setUp(self):
        ended = self.weir("workspace", "start", "--port", "0", "--https", "--warm-drivers", "1", "--warm-memory", "0")
        self.assertEqual(ended.code, 0, ended.err)

    def waiting(self):
        folder = self.weir.home / "workspace/waiting"
        return [one for one in folder.iterdir() if not one.is_symlink() and (one / "waited.json").exists()]

    def address(self, **changes):
        parts = {"token": self.weir.token(), "x-databricks-cluster-id": "none"} | changes
        options = ";".join(f"{name}={value}" for name, value in parts.items())
        server = self.weir.server()
        port = server["https_url"].rpartition(":")[2] if "use_ssl" in parts else server["port"]
        return f"sc://localhost:{port}/;{options}"

    def client(self, program, *addresses):
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "PYSPARK_"))}
        clean["GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"] = self.weir.server()["certificate"]
        ended = subprocess.run(
            [PYTHON, "-c", program, *addresses], capture_output=True, text=True, timeout=300, env=clean
        )
        return ended.stdout, ended.stderr

    def test_a_job_gets_the_driver_that_waits_and_a_killed_server_leaves_none(self):
        wait_until(self.waiting, "a driver waits")
        where = self.weir.upload_script(
            "warm.py",
            "from pyspark.sql import SparkSession\nprint(SparkSession.builder.getOrCreate().range(7).count())\n",
        )
        task = {"task_key": "only", "new_cluster": CLUSTER, "spark_python_task": {"python_file": where}}
        run = self.weir.post("jobs/runs/submit", run_name="warm", tasks=[task])["run_id"]

        def ended():
            seen = self.weir.api(f"jobs/runs/get?run_id={run}")
            return seen if seen["state"]["life_cycle_state"] in ("TERMINATED", "INTERNAL_ERROR") else None

        seen = wait_until(ended, "the run has ended", 120)
        self.assertEqual(seen["state"]["result_state"], "SUCCESS")
        task_run = seen["tasks"][0]["run_id"]
        self.assertTrue((self.weir.home / f"workspace/runs/{task_run}/waited.json").exists())
        self.assertEqual(self.weir.api(f"jobs/runs/get-output?run_id={task_run}")["logs"], "7\n")

        wait_until(self.waiting, "the next driver waits", 120)
        left = subprocess.run(
            ["pgrep", "-f", f"{self.weir.home}/workspace/driver.*--wait"], capture_output=True, text=True
        )
        pids = [int(pid) for pid in left.stdout.split()]
        self.assertTrue(pids)
        os.kill(self.weir.server()["pid"], signal.SIGKILL)
        wait_until(lambda: not any(map(is_running, pids)), "what waited is gone")

    def test_clients_reach_several_clusters_by_one_address_and_start_those_that_do_not_run(self):
        ids = [self.weir.post("clusters/create", cluster_name=name, **CLUSTER)["cluster_id"] for name in ("one", "two")]
        self.assertIsNotNone(self.weir.post("clusters/delete", cluster_id=ids[0]))
        addresses = [self.address(**{"x-databricks-cluster-id": one}) for one in ids]
        out, err = self.client(CLIENT, *addresses)
        self.assertEqual(out, "1000 2\n300000 True\nAnalysisException TABLE_OR_VIEW_NOT_FOUND\n", err)
        self.assertEqual(self.weir.api(f"clusters/get?cluster_id={ids[0]}")["state"], "RUNNING")

    def test_a_client_comes_in_by_https_as_it_does_at_databricks(self):
        id = self.weir.post("clusters/create", cluster_name="one", **CLUSTER)["cluster_id"]
        address = self.address(**{"x-databricks-cluster-id": id, "use_ssl": "true"})
        out, err = self.client(CLIENT, address, address)
        self.assertEqual(out, "1000 2\n300000 True\nAnalysisException TABLE_OR_VIEW_NOT_FOUND\n", err)

    def test_who_may_not_come_in_is_told_why(self):
        self.assertIn("none of this workspace's tokens", self.client(REFUSED, self.address(token="wrong"))[0])
        out, err = self.client(REFUSED, self.address())
        self.assertIn("Cluster none does not exist", out, err)


if __name__ == "__main__":
    unittest.main()
