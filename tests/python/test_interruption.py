"""Ending what runs hits that alone: the attempts beside it and after it, and what they say, arrive whole."""

import textwrap
import unittest

from harness import FlowTest

HEAD = """
import itertools, sys, time
import weir.threads
"""


class Interruption(FlowTest):
    def test_a_timeout_that_was_heeded_does_not_reach_the_attempt_that_comes_after_it(self):
        source = """
            weir.threads.GRACE_SECONDS = 0.2
            @task(timeout="50ms", may_fail=True)
            def heeds():
                while True:
                    time.sleep(0.001)
            @task
            def goes_on():
                time.sleep(0.6)
                return "done"
            @flow
            def main():
                heeds().wait()
                return goes_on().result()
        """
        self.assertEqual(self.value_of(HEAD + textwrap.dedent(source)), "'done'")
        self.assertEqual(self.states(), {"heeds": "failed", "goes_on": "succeeded"})

    def test_an_attempt_that_is_ended_as_it_prints_takes_nothing_along(self):
        source = """
            sys.setswitchinterval(1e-5)
            @task(timeout="10ms", may_fail=True)
            def talks(number):
                for count in itertools.count():
                    print(number, count)
            @task
            def beside(number):
                return number
            @flow(threads=4)
            def main():
                ends = 0
                for number in range(250):
                    talking = talks(number)
                    ends += len(beside.map(range(5)).result())
                    talking.wait()
                return ends
        """
        self.assertEqual(self.value_of(HEAD + textwrap.dedent(source)), "1250")

    def test_what_is_printed_may_be_no_unicode(self):
        source = """
            @task
            def lists(number):
                print("name", chr(0xdcff), number)
                return number
            @flow
            def main():
                print(chr(0xdcff))
                return sum(lists.map(range(20)).result())
        """
        self.assertEqual(self.value_of(HEAD + textwrap.dedent(source)).splitlines()[-1], "190")
        self.assertIn("name ? 7", self.weir("runs", "logs", self.last_run()["name"], "lists[7]").out)


if __name__ == "__main__":
    unittest.main()
