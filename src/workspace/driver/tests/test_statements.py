"""Statements of a cluster's driver, without Spark: when they run and when they do not."""

import tempfile
import threading
import unittest
from pathlib import Path
from unittest import mock

from driver.statements import Statements


class FakeSpark:
    """Knows the tags of its threads, and notes which of them are cancelled."""

    def __init__(self):
        self.sparkContext = self
        self.canceled = threading.Event()

    def addJobTag(self, tag):  # noqa: N802
        pass

    def removeJobTag(self, tag):  # noqa: N802
        pass

    def cancelJobsWithTag(self, tag):  # noqa: N802
        self.canceled.set()

    def newSession(self):  # noqa: N802
        return self


class StatementsOfACluster(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.request = {"id": "one", "folder": folder.name, "statement": "INSERT", "parameters": []}
        self.spark = FakeSpark()
        query = mock.patch("driver.statements.query")
        self.query = query.start()
        self.addCleanup(query.stop)

    def started(self, statements):
        """A thread in which the statement runs, and where its outcome will be."""
        outcomes = []
        thread = threading.Thread(target=lambda: outcomes.append(statements.execute(self.request)))
        thread.start()
        return thread, outcomes

    def test_one_that_is_cancelled_while_the_catalog_is_brought_up_to_date_does_not_run(self):
        prepares, go = threading.Event(), threading.Event()
        statements = Statements(self.spark, lambda: (prepares.set(), go.wait()))
        thread, outcomes = self.started(statements)
        prepares.wait()
        statements.cancel("one")
        go.set()
        thread.join()
        self.assertEqual(outcomes, [{"state": "CANCELED"}])
        self.query.assert_not_called()

    def test_one_that_is_cancelled_before_its_request_comes_does_not_run(self):
        statements = Statements(self.spark, mock.Mock())
        statements.cancel("one")
        self.assertEqual(statements.execute(self.request), {"state": "CANCELED"})
        self.query.assert_not_called()

    def test_the_jobs_that_a_cancelled_one_begins_later_are_cancelled_too(self):
        runs, begins_a_job = threading.Event(), threading.Event()

        def insert(*_):
            runs.set()
            begins_a_job.wait()
            self.spark.canceled.clear()
            self.spark.canceled.wait()
            raise ValueError("the job was cancelled")

        self.query.side_effect = insert
        statements = Statements(self.spark, lambda: None)
        thread, outcomes = self.started(statements)
        runs.wait()
        statements.cancel("one")
        self.spark.canceled.wait()
        begins_a_job.set()
        thread.join()
        self.assertEqual(outcomes, [{"state": "CANCELED"}])

    def test_a_catalog_that_cannot_be_brought_up_to_date_fails_the_statement_with_the_reason(self):
        statements = Statements(self.spark, mock.Mock(side_effect=OSError("no space left")))
        outcome = statements.execute(self.request)
        self.assertEqual((outcome["state"], outcome["error"]["message"]), ("FAILED", "no space left"))
        self.assertTrue(Path(self.request["folder"], "manifest.json").exists())


if __name__ == "__main__":
    unittest.main()
