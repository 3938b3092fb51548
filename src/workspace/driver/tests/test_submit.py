import tempfile
import unittest
from pathlib import Path

from driver.places import PlaceError, Places
from driver.submit import command_line, failure_of
from driver.submit_options import OptionError, parse


class CommandLines(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()
        for name in ("app.py", "a.jar", "b.zip"):
            (self.root / name).touch()
        self.places = Places(self.root, self.root)

    def test_words_behind_the_program_are_its_own(self):
        line = parse(["--conf", "a=b", "--class=rain.Report", "--verbose", "app.jar", "--conf", "x"])
        self.assertEqual(line.options, [("--conf", "a=b"), ("--class", "rain.Report"), ("--verbose", None)])
        self.assertEqual((line.program, line.arguments), ("app.jar", ["--conf", "x"]))
        self.assertEqual(line.value_of("--conf", "-c"), "a=b")

    def test_files_are_found_wherever_they_are_named(self):
        words = [
            "--py-files",
            "dbfs:/b.zip,/Workspace/b.zip",
            "--files",
            "/dbfs/a.jar#lib.jar",
            "dbfs:/app.py",
            "dbfs:/b.zip",
        ]
        line = command_line(words, self.places)
        self.assertEqual(
            line.words(),
            [
                "--py-files", f"{self.root}/b.zip,{self.root}/b.zip", "--files", f"{self.root}/a.jar#lib.jar",
                f"{self.root}/app.py", "dbfs:/b.zip",
            ],
        )  # fmt: skip

    def test_what_is_elsewhere_is_left_to_spark(self):
        line = command_line(["--jars", "https://example.org/x.jar", "s3://bucket/app.jar"], self.places)
        self.assertEqual(line.words(), ["--jars", "https://example.org/x.jar", "s3://bucket/app.jar"])

    def test_what_cannot_run_is_refused_with_the_reason(self):
        for words, error, reason in (
            (["--master", "yarn", "dbfs:/app.py"], OptionError, "--master is decided by the task's cluster"),
            (["--class"], OptionError, "--class of spark-submit has no value"),
            (["--name", "n"], OptionError, "name no program"),
            (["dbfs:/none.py"], PlaceError, "'dbfs:/none.py' does not exist"),
            (["app.py"], PlaceError, "'app.py' is neither in DBFS"),
        ):
            with self.subTest(words), self.assertRaisesRegex(error, reason):
                command_line(words, self.places)


class Failures(unittest.TestCase):
    def test_the_last_exception_counts(self):
        java = (
            'noise\nException in thread "main" java.lang.IllegalStateException: boom\n'
            "\tat rain.Report.main(Report.java:9)\n"
        )
        failure = failure_of(1, java)
        self.assertEqual(failure.error, "java.lang.IllegalStateException: boom")
        self.assertEqual(failure.trace.splitlines()[1], "\tat rain.Report.main(Report.java:9)")
        python = (
            'Traceback (most recent call last):\n  File "app.py", line 1, in <module>\n    1 / 0\n'
            "ZeroDivisionError: division by zero\n"
        )
        self.assertEqual(failure_of(1, python).error, "ZeroDivisionError: division by zero")

    def test_without_one_the_exit_code_does(self):
        self.assertEqual(failure_of(3, "words").error, "spark-submit ended with exit code 3.")


if __name__ == "__main__":
    unittest.main()
