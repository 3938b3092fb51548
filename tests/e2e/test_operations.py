"""The operations of a workspace as tasks, in YAML and in Python: jobs, runs and files on the embedded workspace."""

import json
import unittest

from harness import ROOT, Weir, WeirTest

HELLO = "print('hello')\n"

FLOW = {
    "flow": "operations",
    "tasks": {
        "script": {"databricks.put_file": {"path": "dbfs:/e2e/hello.py", "content": HELLO}},
        "there": {"needs": "script", "databricks.wait_file": {"path": "dbfs:/e2e/hello.py", "every": "50ms"}},
        "job": {
            "needs": "there",
            "databricks.create_job": {
                "job": "e2e-yaml",
                "json": {
                    "name": "replaced by job",
                    "max_concurrent_runs": 2,
                    "tasks": [{"task_key": "main", "spark_python_task": {"python_file": "dbfs:/e2e/hello.py"}}],
                },
            },
        },
        "changed": {
            "databricks.update_job": {
                "job_id": "{{ tasks.job.result.job_id }}",
                "new_settings": {"timeout_seconds": 600},
            }
        },
        "run": {"needs": "changed", "databricks.run_now": {"json": {"job": "e2e-yaml"}}},
        "seen": {"databricks.wait_run": {"run_id": "{{ tasks.run.result.run_id }}"}},
        "output": {"databricks.get_output": {"run_id": "{{ tasks.run.result }}"}},
        "cancelled": {"needs": "run", "databricks.cancel_all_runs": "e2e-yaml"},
        "text": {"needs": "script", "databricks.get_file": "dbfs:/e2e/hello.py"},
        "gone": {"needs": ["output", "cancelled"], "databricks.delete_job": "e2e-yaml"},
        "clean": {"needs": ["output", "text"], "databricks.delete_file": "dbfs:/e2e/hello.py"},
    },
}

PROGRAM = '''
from pathlib import Path

from weir import databricks, flow


@flow
def operations():
    dbx = databricks.connect()
    Path("report.py").write_text("# Databricks notebook source\\nprint('report')\\n")
    notebook = dbx.import_notebook(path="/Shared/e2e/report", local="report.py")
    seen = dbx.wait_file("/Workspace/Shared/e2e/report", every=0.05, after=notebook)
    job = dbx.create_job(
        job="e2e-python",
        tasks=[{"task_key": "main", "notebook_task": {"notebook_path": "/Shared/e2e/report"}}],
        after=seen,
    )
    again = dbx.create_job(job="e2e-python", max_concurrent_runs=3, name="again", after=job)
    dbx.delete_job("e2e-python", after=again)
    dbx.delete_file("/Shared/e2e/report", after=again)
'''


class Documentation(unittest.TestCase):
    def test_every_kind_of_databricks_is_described(self):
        weir = Weir()
        self.addCleanup(weir.end)
        text = (ROOT / "docs/reference/databricks.md").read_text()
        kinds = [kind["name"] for kind in weir.json("kinds") if kind["name"].startswith("databricks.")]
        self.assertIn("databricks.create_cluster", kinds)
        self.assertEqual([], [kind for kind in kinds if f"| `{kind}` |" not in text])


class Operations(WeirTest):
    with_workspace = True

    def results_of(self, ended):
        self.assert_ended(ended, 0)
        run = self.weir.json("runs", "show", self.weir.json("runs", "list")[0]["id"])
        self.assertEqual({task["state"] for task in run["tasks"]}, {"succeeded"})
        return {task["key"]: task.get("result") for task in run["tasks"]}

    def test_jobs_runs_and_files_in_a_flow_file(self):
        results = self.results_of(self.weir("run", self.weir.write("operations.yaml", json.dumps(FLOW))))
        self.assertTrue(results["job"]["created"])
        self.assertEqual(results["seen"]["state"], "SUCCESS")
        self.assertIn("hello", results["output"]["logs"])
        self.assertEqual(results["text"]["content"], HELLO)
        self.assertNotIn("e2e-yaml", [job["settings"]["name"] for job in self.weir.api("jobs/list").get("jobs", [])])

    def test_the_same_operations_in_python(self):
        program = self.weir.write("operations.py", PROGRAM)
        results = self.results_of(self.weir("run", program))
        self.assertTrue(results["create_job"]["created"])
        self.assertFalse(results["again"]["created"])
        self.assertEqual(results["create_job"]["job_id"], results["again"]["job_id"])

    def test_a_mistake_is_told_before_anything_runs(self):
        flow = {"flow": "f", "tasks": {"a": {"databricks.put_secret": {"scope": "s", "kye": "k", "value": "s3cret"}}}}
        ended = self.weir("run", self.weir.write("mistake.yaml", json.dumps(flow, indent=2)))
        self.assert_ended(ended, 2)
        self.assertIn("did you mean 'key'?", ended.err)
        self.assertIn("field 'value' of 'databricks.put_secret' must be an object", ended.err)
        self.assertNotIn("s3cret", ended.err)


if __name__ == "__main__":
    unittest.main()
