"""kill -9 at exactly each point between weir and the workspace: one run for each attempt, and none is forgotten.

The points have the names of docs/internals/testing.md. A proxy stops an exchange at a moment; there weir is killed, and
the run is taken up again.
"""

import json
import shutil
import sqlite3
import unittest
from contextlib import closing

from fault_proxy import FaultProxy, Moment, following, lost, on, refused, reminted
from faults import CANCEL, GET, KEYS, OUTPUT, SUBMIT, FaultTest
from harness import wait_until

EXPIRED = refused(401, "UNAUTHENTICATED")


class CrashPointTest(FaultTest):
    def setUp(self):
        super().setUp()
        self.known = {run["id"] for run in self.weir.json("runs", "list")}

    def run_id(self):
        return wait_until(lambda: {run["id"] for run in self.weir.json("runs", "list")} - self.known, "it began").pop()

    def kill_at(self, path, effect, after=0, part=0):
        """Starts the flow and kills weir in the middle of that exchange. Answers the flow run's id."""
        moment = Moment(effect, part)
        self.proxy.add(on(path, moment, times=1, after=after))
        child = self.start(self.done)
        moment.wait()
        run_id = self.run_id()
        child.kill()
        self.weir.finish(child)
        moment.end()
        return run_id

    def resume(self, run_id, code=0):
        ended = self.weir("runs", "resume", run_id, **self.proxy.environment())
        self.assert_ended(ended, code)
        return ended

    def assert_each_task_has_one_run(self, run_id):
        tasks = self.weir.json("runs", "show", run_id)["tasks"]
        self.assertEqual([task["state"] for task in tasks], ["succeeded"] * len(KEYS))
        named = {task["result"]["run_id"] for task in tasks}
        self.assertEqual(named, {run["run_id"] for run in self.new_runs()})
        self.assertEqual(len(named), len(KEYS))

    def assert_survives(self, path, effect, after=0, part=0):
        run_id = self.kill_at(path, effect, after, part)
        self.resume(run_id)
        self.assert_each_task_has_one_run(run_id)

    def sent_tokens(self):
        sent = (json.loads(seen.body) for seen in self.proxy.seen if seen.path.endswith(SUBMIT))
        return [body["idempotency_token"] for body in sent]


class Submission(CrashPointTest):
    def test_c2_before_anything_is_promised(self):
        """A job is looked up by its name before there is an intent."""
        job = self.weir.post("jobs/create", name="c2", tasks=[{"task_key": "t", "spark_python_task": self.task()}])
        flow = self.weir.write(
            "c2.yaml", json.dumps({"flow": "c2", "tasks": {"t": {"databricks.run_now": {"job": "c2"}}}})
        )
        moment = Moment(effect=True)
        self.proxy.add(on("jobs/list", moment, times=1))
        child = self.weir.start("run", flow, **self.proxy.environment())
        moment.wait()
        run_id = self.run_id()
        child.kill()
        self.weir.finish(child)
        moment.end()
        self.assertEqual(self.new_runs(), [])
        self.resume(run_id)
        self.assertEqual([run["job_id"] for run in self.new_runs()], [job["job_id"]])

    def task(self):
        return {"python_file": self.done, "parameters": ["c2"]}

    def test_c4_the_intent_is_durable_and_no_byte_has_left(self):
        self.proxy = FaultProxy(self.weir, listens=False)
        self.addCleanup(self.proxy.__exit__)
        child = self.start(self.done)
        run_id = self.run_id()
        wait_until(lambda: "trying again" in self.weir("runs", "logs", run_id).out, "it could not connect")
        child.kill()
        self.weir.finish(child)
        self.proxy.listen()
        self.resume(run_id)
        self.assert_each_task_has_one_run(run_id)

    def test_c5_half_of_the_request_is_sent(self):
        self.assert_survives(SUBMIT, effect=False, part=200)

    def test_c6_the_request_is_whole_and_the_workspace_has_done_nothing(self):
        self.assert_survives(SUBMIT, effect=False)

    def test_c7_the_run_is_there_and_the_answer_is_lost(self):
        self.assert_survives(SUBMIT, effect=True)
        first, second, *_ = self.sent_tokens()
        self.assertEqual(first, second)

    def test_c8_the_answer_came_and_was_not_recorded(self):
        self.assert_survives(GET, effect=True)

    def test_c18_an_older_copy_of_the_store_is_put_back(self):
        run_id = self.kill_at(SUBMIT, effect=True)
        older = self.weir.directory / "older"
        shutil.rmtree(older, ignore_errors=True)
        older.mkdir()
        for file in self.weir.home.glob("weir.db*"):
            shutil.copy(file, older)
        self.resume(run_id)
        for file in self.weir.home.glob("weir.db*"):
            file.unlink()
        for file in older.iterdir():
            shutil.copy(file, self.weir.home)
        self.resume(run_id)
        self.assert_each_task_has_one_run(run_id)

    def test_c19_the_run_is_deleted_before_weir_knows_of_it(self):
        run_id = self.kill_at(SUBMIT, effect=True)
        remote = self.new_runs()[0]["run_id"]
        for what in ("cancel", "delete"):
            done = lambda what=what: self.weir.post(f"jobs/runs/{what}", run_id=remote) is not None  # noqa: E731
            wait_until(done, f"the {what} is done")
        ended = self.resume(run_id, code=1)
        self.assertIn("was deleted from the workspace, and is not started again", ended.err)
        self.assertEqual(self.new_runs(), [])

    def test_c20_another_run_has_the_token(self):
        run_id = self.kill_at(SUBMIT, effect=False)
        foreign = json.loads(self.proxy.seen[0].body) | {"run_name": "somebody else's"}
        self.assertIsNotNone(self.weir.post("jobs/runs/submit", **foreign))
        ended = self.resume(run_id, code=1)
        self.assertIn("which this attempt cannot have started: it is called 'somebody else's'", ended.err)
        self.assertEqual(len(self.new_runs()), 1)

    def test_c22_the_token_expires_between_the_request_and_the_answer(self):
        run_id = self.kill_at(SUBMIT, effect=True)
        self.proxy.add(on(SUBMIT, EXPIRED, times=2), on(GET, EXPIRED, times=2))
        self.resume(run_id)
        self.assert_each_task_has_one_run(run_id)

    def test_a_weir_that_makes_a_new_token_for_each_request_is_seen(self):
        """The control of all of these: they do see a doubled run."""
        self.proxy.change = reminted
        with self.assertRaises(AssertionError):
            self.assert_survives(SUBMIT, effect=True)
        self.assertGreater(len(self.new_runs()), len(KEYS))


class Watching(CrashPointTest):
    def test_c10_the_run_is_known_and_goes_on(self):
        self.assert_survives(GET, effect=True, after=1)
        self.assertEqual(len(set(self.sent_tokens())), len(self.sent_tokens()))  # nothing was sent twice

    def test_c11_the_end_was_seen_and_not_recorded(self):
        self.assert_survives(OUTPUT, effect=True)

    def test_c12_the_end_is_recorded_and_what_follows_has_not_begun(self):
        run_id = self.kill_at(SUBMIT, effect=False, after=1)
        states = {task["key"]: task["state"] for task in self.weir.json("runs", "show", run_id)["tasks"]}
        self.assertEqual(states["first"], "succeeded")
        self.resume(run_id)
        self.assert_each_task_has_one_run(run_id)

    def test_c15_no_attempt_starts_before_the_one_before_it_was_seen_to_end(self):
        task = {"spark_python_task": {"python_file": self.waits}}
        each = {"databricks.submit_run": task, "timeout": "1s", "retries": 1}
        flow = self.weir.write("c15.yaml", json.dumps({"flow": "c15", "tasks": {"waits": each}}))
        moment = Moment(effect=False)
        self.proxy.add(on(CANCEL, moment, times=1))
        child = self.weir.start("run", flow, **self.proxy.environment())
        moment.wait()
        seen = self.proxy.count(GET)
        wait_until(lambda: self.proxy.count(GET) > seen + 3, "weir has looked some more")
        self.assertEqual(len(self.new_runs()), 1)
        moment.end(goes_on=True)
        self.assert_ended(self.weir.finish(child), 1)
        first, second = sorted(self.new_runs(), key=lambda run: run["run_id"])
        self.assertGreaterEqual(second["start_time"], first["end_time"])


class Cancelling(CrashPointTest):
    def assert_cancelled(self, run_id):
        """The flow run and its only remote run are cancelled, and nothing goes on."""
        shown = self.weir.json("runs", "show", run_id)
        self.assertEqual(shown["state"], "cancelled")
        states = [run["state"].get("result_state") for run in self.new_runs()]
        self.assertEqual(states, ["CANCELED"])

    def assert_survives_cancel(self, fault, moment):
        """Kills weir at that moment of a cancel; whoever cancels again finishes it."""
        self.proxy.add(fault)
        child = self.start(self.waits, KEYS[:1])
        run_id = self.run_id()
        wait_until(lambda: self.attached(run_id), "the remote run is known")
        canceller = self.weir.start("runs", "cancel", run_id, "--no-wait")
        moment.wait()
        child.kill()
        self.weir.finish(child)
        self.weir.finish(canceller)
        self.proxy.calm()
        moment.end()
        self.weir("runs", "cancel", run_id, **self.proxy.environment())
        self.assert_cancelled(run_id)

    def test_c13_the_cancel_is_asked_for_and_not_sent(self):
        moment = Moment(effect=False)
        self.assert_survives_cancel(on(CANCEL, moment, times=1), moment)

    def test_c13_the_cancel_is_sent_and_its_answer_lost(self):
        moment = Moment(effect=True)
        self.assert_survives_cancel(on(CANCEL, moment, times=1), moment)

    def test_c13_the_cancel_is_answered_and_the_end_not_seen(self):
        moment = Moment(effect=True)
        self.assert_survives_cancel(following(CANCEL, GET, moment), moment)

    def attached(self, run_id):
        """The event that the remote run is known has a type of its own in the store."""
        with closing(sqlite3.connect(f"file:{self.weir.home}/weir.db?mode=ro", uri=True, timeout=30)) as database:
            number = "(SELECT number FROM run WHERE id = ?)"
            return database.execute(f"SELECT 1 FROM event WHERE type = 6 AND run = {number}", [run_id]).fetchone()

    def test_c14_a_run_that_ends_before_its_cancel_arrives_has_succeeded(self):
        child = self.start(self.waits, KEYS[:1])
        run_id = self.run_id()
        wait_until(lambda: self.attached(run_id), "the remote run is known")
        moment = Moment(effect=False)
        self.proxy.add(on(CANCEL, moment, times=1), on(GET, lost(), times=3))
        canceller = self.weir.start("runs", "cancel", run_id, "--no-wait")
        moment.wait()
        self.open_gate()
        remote = self.new_runs()[0]["run_id"]
        wait_until(lambda: self.weir.api(f"jobs/runs/get?run_id={remote}")["end_time"], "it has ended by itself")
        moment.end(goes_on=True)
        self.weir.finish(canceller)
        self.weir.finish(child)
        task = self.weir.json("runs", "show", run_id)["tasks"][0]
        self.assertEqual(task["state"], "succeeded")


if __name__ == "__main__":
    unittest.main()
