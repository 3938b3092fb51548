"""Many jobs, one after the other and at once: each ends as it should, and nothing is left of them afterwards.

WEIR_LOAD_ROW says how many in a row (20 in the suite, 200 by hand), WEIR_LOAD_AT_ONCE how many at once (20). What was
measured is printed.
"""

import os
import unittest
from pathlib import Path
from typing import NamedTuple

from harness import WeirTest, wait_until

ROW = int(os.environ.get("WEIR_LOAD_ROW", "20"))
AT_ONCE = int(os.environ.get("WEIR_LOAD_AT_ONCE", "20"))
FIRST = 6  # jobs before the first measurement: what is made once is made by then
CLUSTER = {"spark_version": "17.3.x-scala2.13", "node_type_id": "local", "num_workers": 1}

# Every fifth fails. On a cluster the query is real, elsewhere there is none: a Spark each would take minutes.
SCRIPT = """
import sys
number, uses_spark = int(sys.argv[1]), sys.argv[2] == "spark"
if uses_spark:
    from pyspark.sql import SparkSession
    frame = SparkSession.builder.getOrCreate().range(number + 1)
    frame.createOrReplaceTempView("numbers")
    print(frame.count())
else:
    print(number + 1)
if number % 5 == 4:
    raise ValueError(f"number {number}")
"""


# Threads that Spark keeps for a minute after each query, in case that another comes.
POOLS = ("block-manager", "ResultQueryStag", "QueryStageCreat", "map-output", "task-result", "Executor task")


class Measured(NamedTuple):
    """Of one process: MiB, descriptors, threads but those of pools."""

    memory: float
    descriptors: int
    threads: int

    @staticmethod
    def of(pid):
        status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        memory = int(status["RssAnon"].split()[0]) / 1024
        threads = [file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/comm")]
        own = [name for name in threads if not name.startswith(POOLS)]
        return Measured(round(memory, 1), len(os.listdir(f"/proc/{pid}/fd")), len(own))


class Load(WeirTest):
    with_workspace = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.where = cls.weir.upload_script("load.py", SCRIPT)
        cls.cluster = cls.weir.post("clusters/create", cluster_name="load", **CLUSTER)["cluster_id"]

    def submit(self, number):
        place = {"existing_cluster_id": self.cluster} if number % 2 else {}
        task = {"python_file": self.where, "parameters": [str(number), "spark" if place else "none"]}
        tasks = [{"task_key": "only", "spark_python_task": task, **place}]
        return self.weir.post("jobs/runs/submit", run_name=f"load {number}", tasks=tasks)["run_id"]

    def assert_ended_rightly(self, number, run):
        def ended():
            seen = self.weir.api(f"jobs/runs/get?run_id={run}")
            return seen if "result_state" in seen["state"] else None

        seen = wait_until(ended, f"run {run} has ended", 240)
        output = self.weir.api(f"jobs/runs/get-output?run_id={seen['tasks'][0]['run_id']}")
        fails = number % 5 == 4
        self.assertEqual(seen["state"]["result_state"], "FAILED" if fails else "SUCCESS", output)
        self.assertEqual(output["logs"].splitlines()[0], str(number + 1))
        self.assertEqual(output.get("error"), f"ValueError: number {number}" if fails else None)

    def processes(self):
        """All that the workspace has started, by pid: what it is."""
        mark, found = f"HOME={self.weir.directory}".encode(), {}
        for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
            try:
                if mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                    found[pid] = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].decode()
            except OSError:  # it has ended, or is somebody else's
                continue
        return found

    def measured(self, before=None):
        """Once no other processes are there than before."""
        if before is not None:
            wait_until(lambda: self.processes().keys() <= before.keys(), "the processes of all jobs are gone", 30)
        return {pid: Measured.of(pid) for pid in self.processes()}

    def assert_nothing_is_left_of(self, jobs):
        for number in range(FIRST):
            self.assert_ended_rightly(number, self.submit(number))
        cluster = self.weir.api(f"clusters/get?cluster_id={self.cluster}")
        self.assertEqual(cluster["state"], "RUNNING")
        wait_until(lambda: len(self.processes()) <= 4, f"only the server and its cluster are there: {self.processes()}")
        before = self.measured()
        names = self.processes()
        jobs()
        after = self.measured(before)
        self.assertEqual(after.keys(), before.keys())
        for pid, name in names.items():
            print(f"{Path(name).name}: {before[pid]} before, {after[pid]} after", flush=True)
            is_java = Path(name).name == "java"  # whose heap grows to what it may have before it is swept
            if not is_java:
                self.assertLess(after[pid].memory, before[pid].memory + 16, name)
            self.assertLess(after[pid].descriptors, before[pid].descriptors + 16, name)
            self.assertLess(after[pid].threads, before[pid].threads + 16, name)

    def test_jobs_in_a_row(self):
        def jobs():
            for number in range(ROW):
                self.assert_ended_rightly(number, self.submit(number))

        self.assert_nothing_is_left_of(jobs)

    def test_jobs_at_once(self):
        def jobs():
            runs = [self.submit(number) for number in range(AT_ONCE)]
            for number, run in enumerate(runs):
                self.assert_ended_rightly(number, run)

        self.assert_nothing_is_left_of(jobs)


if __name__ == "__main__":
    unittest.main()
