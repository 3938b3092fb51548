"""The verbs that speak to the workspace, on the embedded one: what they do is done, and can be seen."""

import json
import unittest

from harness import WeirTest, wait_until

SCRIPT = """
import pathlib, os, sys
flag = pathlib.Path(os.environ["HOME"]) / "mended"
if not flag.exists():
    raise ValueError("boom")
print("mended", *sys.argv[1:])
"""


class Clusters(WeirTest):
    with_workspace = True

    def test_a_cluster_lives_its_life(self):
        specification = json.dumps({"cluster_name": "small", "spark_version": "17.3.x-scala2.13", "num_workers": 0})
        created = self.weir("clusters", "create", "--json", specification, "--wait")
        self.assert_ended(created, 0)
        cluster_id = created.out.strip()
        self.assertEqual(self.weir.json("clusters", "get", "small")["cluster_id"], cluster_id)
        self.assertIn(f"{cluster_id:<22} RUNNING      small", self.weir("clusters", "list").out)
        missing = self.weir("clusters", "start", "smal")
        self.assert_ended(missing, 3)
        self.assertIn("did you mean 'small'?", missing.err)
        self.assert_ended(self.weir("libraries", "status", "small"), 0)
        self.assert_ended(self.weir("clusters", "restart", "small", "--wait"), 0)
        self.assert_ended(self.weir("clusters", "terminate", "small", "--wait"), 0)
        self.assertEqual(self.weir.json("clusters", "get", "small")["state"], "TERMINATED")
        kinds = [event["type"] for event in self.weir.json("clusters", "events", "small")]
        self.assertIn("CREATING", kinds)
        self.assertIn("RUNNING", kinds)
        self.assert_ended(self.weir("clusters", "delete", "small"), 0)
        self.assertEqual(self.weir.json("clusters", "list"), [])


class Secrets(WeirTest):
    with_workspace = True

    def test_secrets_go_in_and_do_not_come_out(self):
        self.assert_ended(self.weir("secrets", "create-scope", "etl"), 0)
        self.assertIn("etl", self.weir("secrets", "list-scopes").out)
        file = self.weir.write("password", "canary-value")
        self.assert_ended(self.weir("secrets", "put", "etl", "password", "--file", file), 0)
        listed = self.weir("secrets", "list", "etl", "--json")
        self.assertEqual([secret["key"] for secret in json.loads(listed.out)], ["password"])
        missing = self.weir("secrets", "list", "elt")
        self.assert_ended(missing, 3)
        self.assertIn("did you mean 'etl'?", missing.err)
        self.assert_ended(self.weir("secrets", "put", "etl", "empty"), 2)
        self.assert_ended(self.weir("secrets", "delete", "etl", "password"), 0)
        self.assertEqual(self.weir.json("secrets", "list", "etl"), [])
        self.assert_ended(self.weir("secrets", "delete-scope", "etl"), 0)
        self.assertEqual(self.weir.json("secrets", "list-scopes"), [])


class Sql(WeirTest):
    with_workspace = True

    def test_statements_run_on_a_warehouse(self):
        warehouse = ("--warehouse", "Starter Warehouse")
        table = "SELECT id, id * :factor AS many, CAST(NULL AS STRING) AS nothing FROM range(3)"
        ended = self.weir("sql", table, *warehouse, "-p", "factor=10")
        self.assert_ended(ended, 0)
        self.assertEqual([line.split() for line in ended.out.splitlines()][:2], [["id", "many", "nothing"], ["0", "0"]])
        rows = self.weir.json("sql", table, *warehouse, "-p", "factor=10")
        self.assertEqual(rows[2], {"id": "2", "many": "20", "nothing": None})
        wrong = self.weir("sql", "SELECT * FROM no_such_table", *warehouse)
        self.assert_ended(wrong, 1)
        self.assertIn("no_such_table", wrong.err)
        missing = self.weir("sql", "SELECT 1", "--warehouse", "Startr Warehouse")
        self.assert_ended(missing, 3)
        self.assertIn("did you mean 'Starter Warehouse'?", missing.err)


class Jobs(WeirTest):
    with_workspace = True

    def test_a_job_is_changed_run_repaired_and_cancelled(self):
        where = self.weir.upload_script("mend.py", SCRIPT)
        task = {"task_key": "mend", "spark_python_task": {"python_file": where, "parameters": ["it"]}}
        created = self.weir("jobs", "create", "--json", json.dumps({"name": "job", "tasks": [task]}))
        self.assert_ended(created, 0)
        changed = json.dumps({"description": "changed", "tags": {"a": "b"}})
        self.assert_ended(self.weir("jobs", "update", "job", "--json", changed), 0)
        self.assert_ended(self.weir("jobs", "update", "job", "--remove", "tags"), 0)
        settings = self.weir.json("jobs", "get", "job")["settings"]
        self.assertEqual((settings["description"], settings.get("tags", {})), ("changed", {}))
        self.assert_ended(self.weir("jobs", "reset", "job", "--json", json.dumps({"name": "job", "tasks": [task]})), 0)
        self.assertNotIn("description", self.weir.json("jobs", "get", "job")["settings"])

        failed = self.weir("jobs", "run-now", "job", "--wait")
        self.assert_ended(failed, 1)
        self.assertIn("ValueError: boom", failed.err)
        (run,) = self.weir.json("jobs", "runs", "list", "--job", "job")
        self.assertEqual(run["state"]["result_state"], "FAILED")
        (self.weir.directory / "mended").touch()
        repaired = self.weir("jobs", "repair", run["run_id"], "--wait")
        self.assert_ended(repaired, 0)
        self.assertIn("mended it", repaired.out)
        self.assertIn("mended it", self.weir("jobs", "runs", "output", run["run_id"]).out)
        self.assert_ended(self.weir("jobs", "runs", "delete", run["run_id"]), 0)
        self.assertEqual(self.weir.json("jobs", "runs", "list"), [])

    def test_a_run_is_cancelled_and_seen_to_end(self):
        where = self.weir.upload_script("forever.py", "import time\ntime.sleep(600)\n")
        task = {"task_key": "wait", "spark_python_task": {"python_file": where}}
        self.assert_ended(self.weir("jobs", "create", "--json", json.dumps({"name": "forever", "tasks": [task]})), 0)
        run_id = self.weir("jobs", "run-now", "forever").out.strip()
        active = lambda: self.weir.json("jobs", "runs", "list", "--active")  # noqa: E731
        self.assertEqual([run["run_id"] for run in active()], [int(run_id)])
        self.assert_ended(self.weir("jobs", "cancel", run_id, "--wait"), 0)
        self.assertEqual(self.weir.json("jobs", "runs", "get", run_id)["state"]["result_state"], "CANCELED")
        wait_until(lambda: active() == [], "no run is active")


if __name__ == "__main__":
    unittest.main()
