"""Flows go on through whatever happens between weir and the workspace, and each task has one run there.

WEIR_SEED says which faults are drawn where they are drawn.
"""

import json
import os
import unittest

from fault_proxy import cut_answer, cut_request, delayed, lost, on, refused, seeded, truncated
from faults import GET, KEYS, LIST, OUTPUT, SUBMIT, FaultTest
from harness import wait_until

SEED = int(os.environ.get("WEIR_SEED", "20261127"))
BUSY = refused(429, "REQUEST_LIMIT_EXCEEDED")
BUSY_AND_WHEN = refused(429, "REQUEST_LIMIT_EXCEEDED", Retry_After=1)
DOWN = refused(503, "TEMPORARILY_UNAVAILABLE")
DOWN_AND_WHEN = refused(503, "TEMPORARILY_UNAVAILABLE", Retry_After=1)
DONE_BUT_DOWN = refused(503, "TEMPORARILY_UNAVAILABLE", effect=True)
EXPIRED = refused(401, "UNAUTHENTICATED")


class Faults(FaultTest):
    def assert_gets_through(self, *faults):
        """Each of two tasks succeeds with the one run that it has, and the faults did happen."""
        self.proxy.add(*faults)
        ended = self.weir.finish(self.start(self.done))
        self.assert_ended(ended, 0)
        self.assertEqual(len(self.new_runs()), len(KEYS))
        self.assertTrue(any(seen.fault for seen in self.proxy.seen), "no fault came to pass")
        return ended

    def test_slow_answers_are_waited_for(self):
        self.assert_gets_through(on(SUBMIT, delayed(1.5), times=1), on(GET, delayed(1.5), times=1))

    def test_a_request_that_never_arrives_is_sent_again(self):
        self.assert_gets_through(on(SUBMIT, lost(effect=False), times=2))

    def test_half_a_request_starts_nothing(self):
        self.assert_gets_through(on(SUBMIT, cut_request(150), times=1), on(SUBMIT, cut_request(400), times=1, after=2))

    def test_an_answer_lost_after_the_effect_doubles_nothing(self):
        self.assert_gets_through(on(SUBMIT, lost(), times=3))
        bodies = [json.loads(seen.body) for seen in self.proxy.seen if seen.path.endswith(SUBMIT)]
        self.assertEqual(bodies[0], bodies[3])  # the token is in it
        self.assertEqual(len({body["idempotency_token"] for body in bodies}), len(KEYS))

    def test_answers_that_break_off_are_asked_for_again(self):
        for count in (0, 1, 40, 120):
            with self.subTest(f"after {count} bytes"):
                self.setUp()
                cut = cut_answer(count)
                self.assert_gets_through(*(on(path, cut, times=1) for path in (SUBMIT, GET, OUTPUT)))

    def test_half_of_the_json_is_no_answer(self):
        self.assert_gets_through(*(on(path, truncated(), times=1) for path in (SUBMIT, GET, OUTPUT)))

    def test_a_workspace_that_is_busy_or_down_is_asked_again(self):
        for fault in (BUSY, BUSY_AND_WHEN, DOWN, DOWN_AND_WHEN, DONE_BUT_DOWN):
            with self.subTest(fault):
                self.setUp()
                self.assert_gets_through(*(on(path, fault, times=1) for path in (SUBMIT, GET, OUTPUT)))

    def test_a_token_that_expires_in_the_middle_is_waited_out(self):
        ended = self.assert_gets_through(
            on(SUBMIT, DONE_BUT_DOWN, times=1), on(SUBMIT, EXPIRED, times=2), on(GET, EXPIRED, times=3)
        )
        self.assertNotIn(self.weir.token(), ended.err)

    def test_everything_at_once_in_a_fifth_of_all_calls(self):
        faults = [lost(), lost(effect=False), cut_answer(60), truncated(), BUSY, DOWN, DONE_BUT_DOWN, delayed(0.3)]
        self.assert_gets_through(seeded(SEED, 0.2, faults))

    def test_a_run_deleted_under_weir_is_told_and_not_started_again(self):
        child = self.start(self.waits)
        run = wait_until(lambda: self.new_runs(), "the run began")[0]["run_id"]
        self.proxy.add(on(GET, DOWN), on(LIST, DOWN))  # the end must not be seen
        for what in ("cancel", "delete"):
            wait_until(lambda what=what: self.weir.post(f"jobs/runs/{what}", run_id=run) is not None, f"{what} is done")
        self.proxy.calm()
        ended = self.weir.finish(child)
        self.assert_ended(ended, 1)
        self.assertIn(f"run {run} was deleted from the workspace before its end was seen", ended.err)
        self.assertEqual(self.new_runs(), [])
        self.assertEqual(self.proxy.count(SUBMIT), 1)


if __name__ == "__main__":
    unittest.main()
