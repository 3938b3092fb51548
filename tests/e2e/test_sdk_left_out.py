"""A list of tests that are left out stays true, or the suite says what is wrong with it."""

import unittest

from sdk_left_out import LeftOut

TESTS = ["test_files.py::test_io[dbfs]", "test_files.py::test_io[volumes]", "test_jobs.py::test_list"]


class TheList(unittest.TestCase):
    def complaints(self, passed, not_run=(), does_not_pass=()):
        left_out = LeftOut(dict.fromkeys(not_run, "why"), dict.fromkeys(does_not_pass, "why"))
        return list(left_out.complaints(TESTS, set(passed)))

    def test_nothing_is_wrong_when_everything_else_passes(self):
        self.assertEqual(self.complaints(TESTS), [])
        self.assertEqual(self.complaints(TESTS[:2], does_not_pass=["test_jobs.py::test_list"]), [])
        self.assertEqual(self.complaints(TESTS[2:], not_run=["test_files.py"]), [])

    def test_a_test_that_does_not_pass_and_is_not_listed_is_told(self):
        self.assertEqual(self.complaints(TESTS[1:]), [f"{TESTS[0]} does not pass"])

    def test_an_entry_without_a_test_is_told(self):
        entry = "test_jobs.py::test_gone"
        for kind in ("not_run", "does_not_pass"):
            with self.subTest(kind):
                self.assertEqual(
                    self.complaints(TESTS, **{kind: [entry]}), [f"{entry} is left out, and there is no such test"]
                )

    def test_an_entry_whose_test_passes_is_told(self):
        self.assertEqual(
            self.complaints(TESTS[1:], does_not_pass=["test_files.py::test_io"]),
            [f"{TESTS[1]} passes: take it off the list"],
        )

    def test_the_tests_not_to_run_are_found_by_file_and_by_function(self):
        self.assertEqual(LeftOut({"test_files.py": "why"}, {}).are_not_run(TESTS), TESTS[:2])
        self.assertEqual(LeftOut({"test_jobs.py::test_list": "why"}, {}).are_not_run(TESTS), TESTS[2:])

    def test_every_entry_of_the_real_list_has_a_reason(self):
        read = LeftOut.read()
        self.assertEqual(read.not_run.keys() & read.does_not_pass.keys(), set())
        for entry, reason in (read.not_run | read.does_not_pass).items():
            self.assertGreater(len(reason.split()), 2, entry)


if __name__ == "__main__":
    unittest.main()
