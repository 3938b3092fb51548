"""Clusters, libraries, secrets and repairs as tasks, on the embedded workspace with real Spark."""

import json
import unittest
import zipfile

from fault_proxy import FaultProxy, Moment, lost, on
from harness import WeirTest

CLUSTER = {"spark_version": "17.3.x-scala2.13", "node_type_id": "local", "num_workers": 0}
WHEEL = "greeting-1.0-py3-none-any.whl"
WAREHOUSE = "Starter Warehouse"  # of each embedded workspace
USE = "import greeting\nprint(greeting.WORDS)\n"

LIFE = {
    "flow": "life",
    "tasks": {
        "cluster": {"databricks.create_cluster": {"cluster_name": "e2e", "json": CLUSTER}},
        "running": {"needs": "cluster", "databricks.ensure_cluster": "e2e"},
        "wheel": {"databricks.put_file": {"path": f"dbfs:/e2e/{WHEEL}", "local": WHEEL}},
        "script": {"databricks.put_file": {"path": "dbfs:/e2e/use.py", "content": USE}},
        "libraries": {
            "needs": "wheel",
            "databricks.install_libraries": {
                "cluster": "{{ tasks.running.result }}",
                "libraries": [{"whl": f"dbfs:/e2e/{WHEEL}"}],
            },
        },
        "use": {
            "needs": ["libraries", "script"],
            "databricks.submit_run": {
                "existing_cluster_id": "{{ tasks.cluster.result }}",
                "spark_python_task": {"python_file": "dbfs:/e2e/use.py"},
            },
        },
        "restarted": {"needs": "use", "databricks.restart_cluster": {"cluster": "{{ tasks.cluster.result }}"}},
        "end": {
            "needs": ["cluster", "restarted"],
            "cleanup": True,
            "databricks.terminate_cluster": {"cluster": "{{ tasks.cluster.result }}"},
        },
        "ended": {"needs": "end", "databricks.wait_cluster": {"cluster": "e2e", "state": "TERMINATED"}},
    },
}

SECRETS = {
    "flow": "secrets",
    "tasks": {
        "scope": {"databricks.create_scope": "e2e"},
        "again": {"needs": "scope", "databricks.create_scope": {"scope": "e2e"}},
        "secret": {
            "needs": "again",
            "databricks.put_secret": {"scope": "e2e", "key": "token", "value": {"env": "E2E_SECRET"}},
        },
    },
}

SQL = {
    "flow": "sql",
    "tasks": {
        "table": {"databricks.sql": {"statement": "CREATE TABLE e2e_days (day DATE, n INT)", "warehouse": WAREHOUSE}},
        "rows": {
            "needs": "table",
            "databricks.sql": {
                "statement": "INSERT INTO e2e_days VALUES (CAST(:day AS DATE), :n)",
                "parameters": {"day": "2026-01-01", "n": 3},
                "warehouse": WAREHOUSE,
            },
        },
        "there": {
            "needs": "table",
            "databricks.wait_table": {
                "table": "e2e_days",
                "partition": {"day": "2026-01-01"},
                "warehouse": WAREHOUSE,
                "every": "100ms",
            },
        },
        "count": {
            "needs": "there",
            "databricks.sql": {"statement": "SELECT day, n, n > 1 AS many FROM e2e_days", "warehouse": WAREHOUSE},
        },
    },
}

# Fails once, and not again.
TWICE = """
import os, pathlib, sys
before = pathlib.Path(os.environ["HOME"]) / "before"
if not before.exists():
    before.touch()
    sys.exit("not yet")
print("now")
"""


def cluster_flow(name):
    """A cluster that is not waited for, and its end."""
    return {
        "flow": name,
        "tasks": {
            "cluster": {"databricks.create_cluster": CLUSTER | {"cluster_name": name, "wait": False}},
            "end": {"databricks.terminate_cluster": {"cluster": "{{ tasks.cluster.result }}"}},
        },
    }


class ClusterOperations(WeirTest):
    with_workspace = True

    def flow(self, flow, *arguments, **environment):
        file = self.weir.write(f"{flow['flow']}.yaml", json.dumps(flow))
        return self.weir("run", file, *arguments, timeout=800, **environment)

    def tasks_of(self, ended, code=0):
        self.assert_ended(ended, code)
        run = self.weir.json("runs", "show", self.weir.json("runs", "list")[0]["id"])
        return {task["key"]: task for task in run["tasks"]}

    def clusters(self):
        return self.weir.api("clusters/list").get("clusters", [])

    def test_the_life_of_a_cluster(self):
        with zipfile.ZipFile(self.weir.directory / WHEEL, "w") as wheel:
            wheel.writestr("greeting.py", "WORDS = 'hello from a wheel'\n")
            wheel.writestr("greeting-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n")
            wheel.writestr(
                "greeting-1.0.dist-info/WHEEL",
                "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            )
            wheel.writestr("greeting-1.0.dist-info/RECORD", "")
        tasks = self.tasks_of(self.flow(LIFE))
        self.assertEqual({task["state"] for task in tasks.values()}, {"succeeded"})
        self.assertEqual(tasks["cluster"]["result"]["state"], "RUNNING")
        self.assertEqual(tasks["ended"]["result"]["state"], "TERMINATED")
        logs = self.weir("runs", "logs", self.weir.json("runs", "list")[0]["id"], "use").out
        self.assertIn("hello from a wheel", logs)

    def assert_has_one_cluster(self, tasks, name):
        self.assertEqual({task["state"] for task in tasks.values()}, {"succeeded"})
        ours = [cluster["cluster_id"] for cluster in self.clusters() if cluster["cluster_name"] == name]
        self.assertEqual(ours, [tasks["cluster"]["result"]["cluster_id"]])

    def test_one_cluster_is_made_when_the_answer_to_its_creation_is_lost(self):
        with FaultProxy(self.weir) as proxy:
            proxy.add(on("clusters/create", lost(), times=1))
            tasks = self.tasks_of(self.flow(cluster_flow("lost"), **proxy.environment()))
            self.assertTrue(any(seen.fault for seen in proxy.seen), "no fault came to pass")
        self.assert_has_one_cluster(tasks, "lost")

    def test_one_cluster_is_made_when_weir_is_killed_before_it_hears_of_it(self):
        file = self.weir.write("killed.yaml", json.dumps(cluster_flow("killed")))
        with FaultProxy(self.weir) as proxy:
            moment = Moment(effect=True)
            proxy.add(on("clusters/create", moment, times=1))
            child = self.weir.start("run", file, **proxy.environment())
            moment.wait()
            child.kill()
            self.weir.finish(child)
            moment.end()
            run = next(run for run in self.weir.json("runs", "list") if run["flow"] == "killed")
            tasks = self.tasks_of(self.weir("runs", "resume", run["id"], timeout=800, **proxy.environment()))
        self.assert_has_one_cluster(tasks, "killed")

    def test_secrets_are_put_and_not_written_down(self):
        tasks = self.tasks_of(self.flow(SECRETS, E2E_SECRET="s3cret-canary"))
        self.assertEqual({task["state"] for task in tasks.values()}, {"succeeded"})
        shown = self.weir("runs", "show", self.weir.json("runs", "list")[0]["id"], "--json").out
        self.assertNotIn("s3cret-canary", shown)
        for file in self.weir.home.glob("*.db*"):
            self.assertNotIn(b"s3cret-canary", file.read_bytes(), file)

    def test_sql_gives_rows_with_types_and_a_partition_is_waited_for(self):
        tasks = self.tasks_of(self.flow(SQL))
        self.assertEqual({task["state"] for task in tasks.values()}, {"succeeded"})
        self.assertEqual(tasks["count"]["result"]["rows"], [{"day": "2026-01-01", "n": 3, "many": True}])

    def test_a_run_that_failed_is_repaired(self):
        script = self.weir.upload_script("twice.py", TWICE)
        job = {"job": "twice", "tasks": [{"task_key": "main", "spark_python_task": {"python_file": script}}]}
        first = {
            "flow": "first",
            "tasks": {
                "job": {"databricks.create_job": job},
                "run": {"needs": "job", "databricks.run_now": "twice"},
            },
        }
        self.assertEqual(self.tasks_of(self.flow(first), code=1)["run"]["state"], "failed")
        run_id = self.weir.remote_runs()[0]["run_id"]
        again = {"flow": "again", "tasks": {"repair": {"databricks.repair_run": {"run_id": run_id}}}}
        repaired = self.tasks_of(self.flow(again))["repair"]["result"]
        self.assertEqual(repaired["run_id"], run_id)
        self.assertEqual(repaired["state"], "SUCCESS")


if __name__ == "__main__":
    unittest.main()
