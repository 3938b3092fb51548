"""weir runs watch: a run that another process executes, shown as `weir run` shows it there."""

import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import unittest

from flows import WAIT, FlowTest, shell
from harness import PROGRAMS, wait_until


class Watch(FlowTest):
    def watch(self, *arguments):
        """Starts to watch and answers when the first line is there."""
        watcher = self.weir.start("runs", "watch", *arguments)
        wait_until(lambda: watcher.files[1].read_text() + watcher.files[0].read_text(), "the watcher says something")
        return watcher

    def test_it_shows_the_same_lines_as_the_process_that_executes_the_run(self):
        child, run = self.start_flow(
            first=shell("echo one; echo two >&2"),
            second=shell(f"{WAIT}; echo three; exit 1", needs="first"),
            third=shell("true", needs="second"),
        )
        watcher = self.watch(run)
        self.gate.touch()
        watched, executed = self.weir.finish(watcher), self.weir.finish(child)
        self.assert_ended(watched, 1)
        self.assert_ended(executed, 1)
        self.assertEqual(watched.err.splitlines()[0].split()[0], "watching")

        def story(ended):
            """The lines after the heading, without times; what was over when the watcher came has no output."""
            lines = [re.sub(r"\s+\d[\d.]*m?s\b", "", line) for line in ended.err.splitlines()[2:]]
            return lines[lines.index(next(line for line in lines if "second" in line)) :]

        self.assertEqual(story(watched), story(executed))
        self.assertIn("  │ three", watched.err)

    def test_without_a_name_it_is_the_newest_that_is_under_way(self):
        child, run = self.start_flow(task=shell(WAIT))
        watcher = self.watch()
        self.assertIn(self.weir.json("runs", "show", run)["name"], watcher.files[1].read_text())
        self.gate.touch()
        self.assert_ended(self.weir.finish(watcher), 0)
        self.assert_ended(self.weir.finish(child), 0)
        ended = self.weir("runs", "watch")
        self.assert_ended(ended, 3)
        self.assertIn("no run is under way", ended.err)

    def test_a_finished_run_is_shown_and_tells_how_it_ended(self):
        run = self.run_flow(good=shell("true"), bad=shell("exit 1"))
        ended = self.weir("runs", "watch", run)
        self.assert_ended(ended, 1)
        self.assertIn("✓ good", ended.err)
        self.assertIn("✗ bad", ended.err)
        self.assertIn("flow failed", ended.err)

    def test_ctrl_c_leaves_the_run_alone(self):
        child, run = self.start_flow(task=shell(WAIT))
        watcher = self.watch(run)
        watcher.send_signal(signal.SIGINT)
        self.assert_ended(self.weir.finish(watcher), 130)
        self.gate.touch()
        self.assert_ended(self.weir.finish(child), 0)

    def test_when_the_process_of_the_run_is_killed_it_says_how_to_go_on(self):
        child, run = self.start_flow(task=shell(WAIT))
        watcher = self.watch(run)
        child.kill()
        ended = self.weir.finish(watcher)
        self.weir.finish(child)
        self.assert_ended(ended, 130)
        self.assertRegex(ended.err, "is interrupted.*weir runs resume")
        self.gate.touch()
        self.assert_ended(self.weir("runs", "resume", run), 0)

    def test_as_json_every_event_is_a_line(self):
        child, run = self.start_flow(task=shell(f"{WAIT}; echo done"))
        watcher = self.watch(run, "--json")
        self.gate.touch()
        ended = self.weir.finish(watcher)
        self.assert_ended(ended, 0)
        events = [json.loads(line) for line in ended.out.splitlines()]
        self.assertEqual(
            [event["event"] for event in events],
            ["run started", "task added", "graph closed", "attempt started", "attempt succeeded", "run finished"],
        )
        self.assertEqual(events[4]["task"], "task")
        self.assertEqual(events[4]["result"]["stdout"], "done")
        self.assertEqual(events[5]["state"], "succeeded")
        self.assert_ended(self.weir.finish(child), 0)

    def test_on_a_terminal_the_line_of_a_running_task_moves_until_it_is_done(self):
        child, run = self.start_flow(task=shell(WAIT))
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        watcher = subprocess.Popen(
            [PROGRAMS / "weir", "runs", "watch", run],
            env=self.weir.environment | {"TERM": "xterm"},
            cwd=self.weir.directory,
            stderr=theirs,
        )
        os.close(theirs)
        shown = b""
        while shown.count(b"\xe2\x97\x8f task") < 3:
            shown += os.read(ours, 4096)
        self.assertIn(b"\x1b[1A\x1b[J", shown)
        self.gate.touch()
        try:
            while more := os.read(ours, 4096):
                shown += more
        except OSError:  # the other end is gone
            pass
        os.close(ours)
        self.assertEqual(watcher.wait(), 0)
        self.assertIn("✓ task", shown.decode())
        self.assertLess(len(max(re.split(rb"\r?\n", shown), key=len).decode()), 300)
        self.assert_ended(self.weir.finish(child), 0)


if __name__ == "__main__":
    unittest.main()
