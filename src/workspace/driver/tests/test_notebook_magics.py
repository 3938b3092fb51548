"""Notebooks as processes, with cells that need no Spark."""

import json
import textwrap
import unittest

from driver.tests.driver_process import Workspace
from driver.tests.packages import make_wheel


def jupyter(*cells, **metadata):
    told = [{"cell_type": kind, "source": source, "metadata": {}} for kind, source in cells]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": told})


class Magics(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.workspace = Workspace()
        cls.addClassCleanup(cls.workspace.close)
        shared = cls.workspace.root / "Shared"
        shared.mkdir()
        (shared / "setup.py").write_text(
            "# Databricks notebook source\nday = dbutils.widgets.get('day')\n"
            "# COMMAND ----------\n# MAGIC %run ./deeper\n"
        )
        (shared / "deeper.py").write_text("# Databricks notebook source\ndepth = 2\n")
        (shared / "round.py").write_text("# Databricks notebook source\n# MAGIC %run ./round\n")
        (shared / "model.scala").write_text("// Databricks notebook source\nval x = 1\n")

    def notebook(self, *cells, **changes):
        source = "\n# COMMAND ----------\n".join(textwrap.dedent(cell).strip("\n") for cell in cells)
        return self.workspace.notebook("# Databricks notebook source\n" + source + "\n", **changes)

    def test_a_shell_prints_where_the_cell_does_and_fails_only_when_asked_to(self):
        run = self.notebook(
            """
            # MAGIC %sh
            # MAGIC echo one; echo two >&2
            # MAGIC false
            """,
            "print('three')",
            "# MAGIC %sh -e\n# MAGIC exit 3\n# MAGIC echo four",
        )
        self.assertEqual((run.code, run.out), (1, "one\ntwo\nthree\n"))
        self.assertEqual(run.result["error"], "CommandFailed: the shell command ended with exit code 3")
        self.assertIn('File "/Shared/work, cell 3", line 8', run.result["error_trace"])

    def test_a_shell_that_leaves_something_running_holds_nobody_up(self):
        run = self.notebook("# MAGIC %sh sleep 9 & echo started", "print('went on')")
        self.assertEqual(run.out, "started\nwent on\n")

    def test_files_are_handled_as_in_a_shell(self):
        run = self.notebook(
            "# MAGIC %fs put /deep/a.txt 'some words'",
            "# MAGIC %fs cp -r /deep /copy",
            "# MAGIC %fs ls /copy",
            "# MAGIC %fs head dbfs:/copy/a.txt",
            "# MAGIC %fs cat /copy/a.txt",
        )
        self.assertEqual(run.out, "Wrote 10 bytes.\ndbfs:/copy/a.txt            10\nsome words\n")
        self.assertIn("%fs cat: the commands of %fs are ls, cp,", run.result["error"])

    def test_pip_installs_for_this_notebook_and_a_restart_sees_what_is_new(self):
        make_wheel(self.workspace.dbfs, "answers", "value = 1\n")
        make_wheel(self.workspace.dbfs, "answers", "value = 2\n", version="2.0")
        folder = self.workspace.dbfs
        run = self.notebook(
            f"""
            # MAGIC %pip install {folder}/answers-1.0-py3-none-any.whl
            # MAGIC import answers
            print(answers.value)
            kept = 1
            """,
            f"# MAGIC %pip install {folder}/answers-2.0-py3-none-any.whl",
            "import answers\nprint(answers.value)\ndbutils.library.restartPython()\nprint('not reached')",
            "import answers\nprint(answers.value, 'kept' in globals())",
            f"# MAGIC %pip install {folder}/none.whl",
        )
        said = [line for line in run.out.splitlines() if len(line) < 10]
        self.assertEqual(said, ["1", "1", "2 False"], run.err)
        self.assertRegex(run.result["error"], "^CommandFailed: .*none.whl")

    def test_another_notebook_runs_in_the_same_names_with_widgets_of_its_own(self):
        run = self.notebook(
            '# MAGIC %run ./setup $day="mon day"',
            "print(day, depth, dbutils.widgets.getAll())",
            "# MAGIC %run /Workspace/Shared/setpu",
        )
        self.assertEqual(run.out, "mon day 2 {}\n", run.err)
        self.assertEqual(
            run.result["error"],
            "NotebookError: The notebook '/Shared/setpu' does not exist. Did you mean '/Shared/setup'?",
        )

    def test_notebooks_that_cannot_run_say_why(self):
        for cell, reason in (
            ("# MAGIC %run ./round", "notebooks run one another 50 deep"),
            ("# MAGIC %run ./model", "/Shared/model is in Scala: the embedded workspace runs Python and SQL"),
            ("# MAGIC %run ./setup day=1", 'stand widgets as $name="value", not day=1'),
            ("# MAGIC %scala\n# MAGIC val x = 1", "%scala in cell 1 (line 1) is not run"),
        ):
            with self.subTest(cell):
                self.assertIn(reason, self.notebook(cell).result["error"])

    def test_a_notebook_of_jupyter_runs(self):
        text = jupyter(
            ("markdown", ["# Title\n"]),
            ("code", ["%matplotlib inline\n", "x = 20\n", "2 * x"]),
            ("code", "%sh echo shell"),
            ("raw", "nothing"),
            ("code", ["def fail():\n", "    1 / 0\n", "fail()"]),
        )
        run = self.workspace.notebook(text)
        self.assertEqual(run.out, "40\nshell\n", run.err)
        self.assertIn('File "/Shared/work, cell 5", line 2, in fail\n    1 / 0', run.result["error_trace"])
        told = self.workspace.notebook(jupyter(("code", "1"), language_info={"name": "R"})).result["error"]
        self.assertIn("runs notebooks in Python and SQL, and this one is in r", told)
        self.assertIn("no notebook of Jupyter: KeyError: 'cells'", self.workspace.notebook("{}").result["error"])


if __name__ == "__main__":
    unittest.main()
