"""The programs of examples/ in Python, on real Spark: each by `weir run` or as a program of its own, and drawn."""

import json
import unittest

from harness import PYTHON, ROOT, WeirTest, prepare, prepare_tutorial

EXAMPLES = ROOT / "examples"
FIRST = EXAMPLES / "00-first-flow/flow.py"
TUTORIAL = EXAMPLES / "02-prefect-tutorial/flow.py"
DAG = EXAMPLES / "03-airflow-dag/flow.py"
TRAFFIC = EXAMPLES / "04-hourly-traffic/flow.py"
CLUSTER = EXAMPLES / "05-own-cluster/flow.py"
PATIENCE = 800  # seconds; a job takes a dozen on a machine that has nothing else to do
PROGRAMS = sorted(EXAMPLES.glob("*/flow.py"))


class Programs(WeirTest):
    with_workspace = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        prepare_tutorial(cls.weir)
        prepare(cls.weir, DAG.parent)
        prepare(cls.weir, TRAFFIC.parent)

    def results_of(self, ended):
        """The results of the newest run's tasks, all of which have succeeded."""
        self.assert_ended(ended, 0)
        run = self.weir.json("runs", "show", self.weir.json("runs", "list")[0]["id"])
        self.assertEqual({task["state"] for task in run["tasks"]}, {"succeeded"})
        return {task["key"]: task.get("result") for task in run["tasks"]}

    def logs_of(self, task):
        return self.weir("runs", "logs", self.weir.json("runs", "list")[0]["id"], task).out

    def edges(self, program):
        graph = json.loads(self.weir("graph", program, "--json").out)
        return {(edge["from"], edge["to"]) for edge in graph["edges"]}

    def test_these_are_all_of_them(self):
        self.assertEqual(PROGRAMS, [FIRST, TUTORIAL, DAG, TRAFFIC, CLUSTER])

    def test_the_first_flow(self):
        self.assertEqual(self.edges(FIRST), {("read", "clean"), ("clean", "wettest")})
        ended = self.weir(FIRST, program=PYTHON)
        self.results_of(ended)
        self.assertEqual(ended.out, "('south', 7.3)\n")
        self.results_of(self.weir("run", FIRST, "-p", 'stations=["north"]'))

    def test_the_prefect_tutorial(self):
        self.assertEqual(
            self.edges(TUTORIAL),
            {
                ("run_now_config", "ingest"),
                ("ingest", "daily"),
                ("submit_config", "daily"),
                ("daily", "monthly"),
                ("submit_config-2", "monthly"),
            },
        )
        results = self.results_of(self.weir("run", TUTORIAL, "-p", "since=2014-01-01", timeout=PATIENCE))
        self.assertEqual(json.loads(results["ingest"]["result"])["first"], "2014-01-01")
        self.assertIn("2015-03-15     55.9   10.6    6.1      4.2", self.logs_of("daily"))
        self.assertIn("An average month, 2014-01-01 to 2015-12-31", self.logs_of("monthly"))

    def test_the_airflow_dag(self):
        self.assertEqual(self.edges(DAG), {("submit_run", "run_now")})
        results = self.results_of(self.weir("run", DAG, "-p", "top=3", timeout=PATIENCE))
        self.assertEqual(json.loads(results["run_now"]["result"]), {"apple": 10237, "bread": 4466, "cheese": 3264})
        self.assertIn("10000 orders on 2021-01-01", self.logs_of("submit_run"))

    def test_the_cluster_of_its_own(self):
        edges = {("cluster", "libraries"), ("cluster", "plurals"), ("script", "plurals"), ("libraries", "plurals")}
        self.assertEqual(self.edges(CLUSTER), edges | {("cluster", "end"), ("plurals", "end")})
        results = self.results_of(self.weir("run", CLUSTER, timeout=PATIENCE))
        self.assertIn("fish & chips, cherries, salt & vinegar crisps, knives", self.logs_of("plurals"))
        self.assertEqual(results["end"]["state"], "TERMINATED")

    def test_the_hourly_traffic(self):
        branches = {("fetch", "load_file"), ("load_file", "append"), ("create_table", "append")}
        self.assertEqual(self.edges(TRAFFIC), branches)
        a_week = {"rows": 1008, "days": 7}
        first = self.results_of(self.weir("run", TRAFFIC, timeout=PATIENCE))
        self.assertEqual(json.loads(first["append"]["result"]), a_week)
        self.assertEqual(first["load_file"], "dbfs:/traffic/staged/2023-01-02.json")
        again = self.results_of(self.weir(TRAFFIC, program=PYTHON, timeout=PATIENCE))
        self.assertEqual(json.loads(again["append"]["result"]), a_week, "the same week is not counted twice")


if __name__ == "__main__":
    unittest.main()
