"""weir runs logs: what tasks printed, filtered, and followed while another process executes the run."""

import json
import signal
import unittest

from flows import WAIT, FlowTest, shell
from harness import wait_until


class Logs(FlowTest):
    def lines(self, *arguments):
        ended = self.weir("runs", "logs", *arguments)
        self.assert_ended(ended, 0)
        return ended.out.splitlines()

    def test_tasks_speak_in_the_order_of_time_under_their_names(self):
        run = self.run_flow(
            first=shell("echo one"), second=shell("echo two; echo three >&2", needs="first"), quiet=shell("true")
        )
        self.assertEqual(self.lines(run), ["first │ one", "second │ two", "second │ three"])
        self.assertEqual(self.lines(run, "second"), ["two", "three"])
        self.assertEqual(self.lines(run, "quiet"), [])
        self.assertEqual(self.lines(run, "--tail", 1), ["second │ three"])
        self.assertEqual(self.lines(run, "--level", "warning"), ["second │ three"])

    def test_as_json_a_line_tells_when_who_and_how_serious(self):
        run = self.run_flow(task=shell("echo one; echo two >&2"))
        lines = [json.loads(line) for line in self.lines(run, "--json")]
        self.assertEqual(
            [(it["task"], it["attempt"], it["level"]) for it in lines], [("task", 1, "info"), ("task", 1, "warning")]
        )
        self.assertTrue(all(line["at"] > 1_700_000_000_000 for line in lines))

    def test_attempts_are_told_apart(self):
        run = self.run_flow(task=shell("echo attempt $WEIR_ATTEMPT; exit $((2 - WEIR_ATTEMPT))", retries=1))
        self.assertEqual(self.lines(run), ["task │ attempt 1", "task (attempt 2) │ attempt 2"])
        self.assertEqual(self.lines(run, "task", "--attempt", 2), ["attempt 2"])

    def test_what_does_not_exist_is_told_with_the_nearest(self):
        run = self.run_flow(clean=shell("echo one"))
        self.assertIn("did you mean 'clean'?", self.weir("runs", "logs", run, "claen").err)
        self.assertIn("did you mean 'warning'?", self.weir("runs", "logs", run, "--level", "warnig").err)

    def test_a_run_of_another_process_is_followed_to_its_end(self):
        child, run = self.start_flow(
            first=shell(f"echo before; {WAIT}; echo after"), second=shell("echo last", needs="first")
        )
        follower = self.weir.start("runs", "logs", run, "--follow")
        wait_until(lambda: follower.files[0].read_text() == "first │ before\n", "the first line is shown")
        self.gate.touch()
        ended = self.weir.finish(follower)
        self.assert_ended(ended, 0)
        self.assertEqual(ended.out.splitlines(), ["first │ before", "first │ after", "second │ last"])
        self.assert_ended(self.weir.finish(child), 0)

    def test_a_follower_leaves_when_the_process_of_the_run_is_killed(self):
        child, run = self.start_flow(task=shell(f"echo before; {WAIT}"))
        follower = self.weir.start("runs", "logs", run, "--follow")
        wait_until(lambda: "before" in follower.files[0].read_text(), "the first line is shown")
        child.kill()
        ended = self.weir.finish(follower)
        self.assert_ended(ended, 0)
        self.assertIn("is interrupted", ended.err)
        self.weir.finish(child)

    def test_ctrl_c_ends_the_follower_and_not_the_run(self):
        child, run = self.start_flow(task=shell(f"echo before; {WAIT}"))
        follower = self.weir.start("runs", "logs", run, "--follow")
        wait_until(lambda: "before" in follower.files[0].read_text(), "the first line is shown")
        follower.send_signal(signal.SIGINT)
        self.assert_ended(self.weir.finish(follower), 130)
        self.gate.touch()
        self.assert_ended(self.weir.finish(child), 0)

    def test_a_flood_is_cut_and_what_others_say_is_kept(self):
        run = self.run_flow(
            flood=shell("yes 0123456789012345678901234567890123456789 | head -n 300000"),
            after=shell("echo still here", needs="flood"),
        )
        lines = self.lines(run, "flood")
        self.assertRegex(lines[-1], r"^\d+ further lines were not kept: the log of an attempt holds 16 MiB$")
        notices = 1  # that the result holds only the end of so much output
        self.assertEqual(int(lines[-1].split()[0]) + len(lines) - 1, 300_000 + notices)
        self.assertEqual(self.lines(run, "after"), ["still here"])
        self.assertLess((self.weir.home / "logs" / f"{run}.log").stat().st_size, 17 * 1024 * 1024)


if __name__ == "__main__":
    unittest.main()
