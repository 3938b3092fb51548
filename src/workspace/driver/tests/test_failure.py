import unittest

from driver import source
from driver.failure import describe, message, worker_error

SHOWN = "dbfs:/jobs/report.py"

JAVA_ERROR = """\
An error occurred while calling o47.collect.
: org.apache.spark.SparkException: Job aborted due to stage failure
\tat org.apache.spark.scheduler.DAGScheduler.abortStage(DAGScheduler.scala:2844)
\tat java.base/java.lang.Thread.run(Thread.java:840)
Caused by: java.lang.ArithmeticException: / by zero
\tat Foo.bar(Foo.java:1)
\t... 12 more
"""

ANALYSIS_ERROR = """\
[TABLE_OR_VIEW_NOT_FOUND] The table or view `t` cannot be found. SQLSTATE: 42P01; line 1 pos 14;
'Project [*]
+- 'UnresolvedRelation [t], [], false
"""


def failure_of(text):
    source.remember(SHOWN, text.splitlines(keepends=True))
    try:
        exec(compile(text, SHOWN, "exec", dont_inherit=True), {"__name__": "__main__"})
    except BaseException as raised:
        return describe(raised, SHOWN)
    raise AssertionError("nothing was raised")


def without_carets(trace):
    """Python marks the part of a line that failed from 3.11 on."""
    return [line for line in trace.splitlines() if line.strip(" ^~")]


class Describing(unittest.TestCase):
    def test_the_trace_holds_the_users_frames_alone_with_their_lines(self):
        failure = failure_of("def work(n):\n    raise ValueError('boom')\n\nwork(1)\n")
        self.assertEqual(failure.error, "ValueError: boom")
        self.assertEqual(
            without_carets(failure.trace),
            [
                "Traceback (most recent call last):",
                '  File "dbfs:/jobs/report.py", line 4, in <module>',
                "    work(1)",
                '  File "dbfs:/jobs/report.py", line 2, in work',
                "    raise ValueError('boom')",
                "ValueError: boom",
            ],
        )

    def test_frames_of_other_libraries_stay(self):
        failure = failure_of("import json\njson.loads('{')\n")
        self.assertIn("json/decoder.py", failure.trace)
        self.assertIn("JSONDecodeError: Expecting property name", failure.error)

    def test_causes_are_kept(self):
        failure = failure_of("try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise RuntimeError('late') from e\n")
        self.assertEqual(failure.error, "RuntimeError: late")
        self.assertIn("ZeroDivisionError: division by zero\n\nThe above exception was the direct cause", failure.trace)

    def test_a_syntax_error_says_where(self):
        failure = failure_of("x = 1\nprint('a'\ny = 2\n")
        self.assertEqual(failure.error, "SyntaxError: '(' was never closed (dbfs:/jobs/report.py, line 2)")
        self.assertIn("    print('a'\n", failure.trace)
        self.assertNotIn("in failure_of", failure.trace)

    def test_an_exit_with_a_message_or_a_code_is_told(self):
        self.assertEqual(failure_of("import sys\nsys.exit(3)\n").error, "SystemExit: 3")
        self.assertEqual(failure_of("import sys\nsys.exit('no data')\n").error, "SystemExit: no data")

    def test_an_exception_without_words_is_its_name(self):
        self.assertEqual(failure_of("raise KeyboardInterrupt\n").error, "KeyboardInterrupt")

    def test_users_own_texts_are_left_as_they_are(self):
        failure = failure_of("raise ValueError('a;\\nProject [x]\\n\\tat home')\n")
        self.assertTrue(failure.trace.endswith("ValueError: a;\nProject [x]\n\tat home"), failure.trace)


class MessagesOfSpark(unittest.TestCase):
    def test_java_frames_go_and_causes_stay(self):
        self.assertEqual(
            message(JAVA_ERROR).strip(),
            "org.apache.spark.SparkException: Job aborted due to stage failure\n"
            "Caused by: java.lang.ArithmeticException: / by zero",
        )

    def test_query_plans_go(self):
        self.assertTrue(message(ANALYSIS_ERROR).endswith("SQLSTATE: 42P01; line 1 pos 14"))

    def test_the_error_of_a_python_worker_is_its_last_line(self):
        said = "An exception was thrown.\nTraceback (most recent call last):\n  File 'x'\n    f()\nKeyError: 'a'\n\n"
        self.assertEqual(worker_error(said), "KeyError: 'a'")
        self.assertEqual(worker_error("no traceback"), "")
