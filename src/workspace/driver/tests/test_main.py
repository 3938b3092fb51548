"""The driver as a process, with code that needs no Spark: no JVM is started, so these are quick."""

import unittest

from driver.tests.driver_process import Workspace


class Driver(unittest.TestCase):
    def setUp(self):
        self.workspace = Workspace()
        self.addCleanup(self.workspace.close)

    def test_a_script_runs_as_main_with_its_parameters(self):
        run = self.workspace.script("import sys\nprint(__name__, sys.argv)\n", "a", "b c")
        self.assertEqual(
            (run.code, run.out, run.err, run.result), (0, "__main__ ['dbfs:/jobs/work.py', 'a', 'b c']\n", "", {})
        )

    def test_nothing_is_left_in_the_folder_of_a_run(self):
        run = self.workspace.script("import os\nprint(sorted(os.listdir()))\n")
        self.assertEqual(run.out, "['.spark']\n")
        self.assertEqual(list(run.folder.iterdir()), [])

    def test_a_failure_is_told_in_the_result_and_on_stderr(self):
        run = self.workspace.script("def work():\n    raise ValueError('boom')\n\nwork()\n")
        self.assertEqual((run.code, run.result["error"]), (1, "ValueError: boom"))
        self.assertIn('File "dbfs:/jobs/work.py", line 4, in <module>', run.result["error_trace"])
        self.assertNotIn("main.py", run.result["error_trace"])
        self.assertIn(run.result["error_trace"], run.err)

    def test_exit_codes_decide(self):
        for ending, code, error in (
            ("sys.exit()", 0, None),
            ("sys.exit(0)", 0, None),
            ("sys.exit(3)", 1, "SystemExit: 3"),
            ("sys.exit('no data')", 1, "SystemExit: no data"),
        ):
            with self.subTest(ending):
                run = self.workspace.script(f"import sys\n{ending}\n")
                self.assertEqual((run.code, run.result.get("error")), (code, error))

    def test_a_process_that_dies_leaves_no_result(self):
        run = self.workspace.script("import os\nprint('here')\nos._exit(0)\n")
        self.assertEqual((run.code, run.out, run.result), (0, "here\n", {}))

    def test_users_modules_may_be_called_like_the_drivers(self):
        text = (
            "import pathlib, sys\npathlib.Path(sys.path[0], 'notebook.py').write_text('x = 7')\n"
            "import notebook\nprint(notebook.x)\n"
        )
        self.assertEqual(self.workspace.script(text).out, "7\n")

    def test_exit_handlers_and_threads_of_the_user_come_to_their_end(self):
        text = (
            "import atexit, threading\natexit.register(print, 'handler')\n"
            "go = threading.Event()\n"
            "threading.Thread(target=lambda: (go.wait(), print('thread'))).start()\ngo.set()\n"
        )
        self.assertEqual(self.workspace.script(text).out, "thread\nhandler\n")

    def test_cells_share_names_and_show_their_last_value(self):
        run = self.workspace.notebook(
            "# Databricks notebook source\nx = 20\n# COMMAND ----------\n# MAGIC %md hello\n"
            "# COMMAND ----------\ndef double(n):\n    return 2 * n\ndouble(x)\n# COMMAND ----------\nNone\n"
        )
        self.assertEqual((run.code, run.out, run.result), (0, "40\n", {}))

    def test_a_notebook_exits_with_a_value_even_out_of_a_try(self):
        run = self.workspace.notebook(
            "try:\n    dbutils.notebook.exit(dbutils.widgets.get('day'))\nexcept Exception:\n    print('no')\n"
            "# COMMAND ----------\nprint('not reached')\n",
            {"day": "2012-01-01"},
        )
        self.assertEqual((run.code, run.out), (0, ""))
        self.assertEqual(run.result, {"notebook_result": "2012-01-01", "truncated": False})

    def test_the_value_of_an_exit_is_cut_at_five_mebibytes_between_characters(self):
        run = self.workspace.notebook("dbutils.notebook.exit('x' + 'é' * 3_000_000)\n")
        self.assertTrue(run.result["truncated"])
        self.assertEqual(len(run.result["notebook_result"].encode()), 5 * 1024 * 1024 - 1)

    def test_a_failing_cell_is_named_with_its_lines_in_the_file(self):
        run = self.workspace.notebook(
            "# Databricks notebook source\ndef fail():\n    raise KeyError('day')\n# COMMAND ----------\n\nfail()\n"
        )
        self.assertEqual(run.result["error"], "KeyError: 'day'")
        self.assertIn('File "/Shared/work, cell 2", line 6, in <module>\n    fail()', run.result["error_trace"])
        self.assertIn('File "/Shared/work, cell 1", line 3, in fail\n    raise KeyError', run.result["error_trace"])

    def test_a_syntax_error_stops_its_cell_and_not_those_above(self):
        run = self.workspace.notebook("print('first')\n# COMMAND ----------\nif True\n    pass\n")
        self.assertEqual(run.out, "first\n")
        self.assertEqual(run.result["error"], "SyntaxError: expected ':' (/Shared/work, cell 2, line 3)")

    def test_imports_from_the_future_hold_in_the_cells_below(self):
        run = self.workspace.notebook(
            "from __future__ import annotations\n# COMMAND ----------\ndef f(x: Missing): pass\nf.__annotations__\n"
        )
        self.assertEqual(run.out, "{'x': 'Missing'}\n")

    def test_dbutils_can_be_imported(self):
        run = self.workspace.script("from pyspark.dbutils import DBUtils\nDBUtils(None).fs.put('/a/b.txt', 'hello')\n")
        self.assertEqual((run.code, run.out), (0, "Wrote 5 bytes.\n"))
        self.assertEqual((self.workspace.dbfs / "a/b.txt").read_text(), "hello")
