"""Packages as tasks: a wheel is built, installed into the run's own environment, and its entry point called."""

import unittest
import zipfile

from driver.tests.driver_process import Workspace
from driver.tests.packages import make_wheel

SOURCE = """\
import sys

def main():
    print(sys.argv)

def leave():
    sys.exit("no rain")

class Report:
    @staticmethod
    def fail():
        raise ValueError("boom")
"""


class Wheels(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.workspace = Workspace()
        cls.addClassCleanup(cls.workspace.close)
        (cls.workspace.dbfs / "lib").mkdir()
        wheel = make_wheel(
            cls.workspace.dbfs / "lib", "rain_report", SOURCE, "[console_scripts]\nreport = rain_report:main\n"
        )
        cls.installed = cls.workspace.root / "installed"  # as pip leaves it, without waiting for pip
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(cls.installed)

    def run_installed(self, entry_point, package="rain_report"):
        return self.workspace.wheel(package, entry_point, file=str(self.installed / "any.py"))

    def test_a_wheel_is_installed_and_its_entry_point_called_with_the_parameters(self):
        libraries = [{"whl": "dbfs:/lib/rain_report-1.0-py3-none-any.whl"}]
        run = self.workspace.wheel("rain_report", "report", "--day=monday", "-v", libraries=libraries)
        self.assertEqual(
            (run.code, run.out, run.err, run.result), (0, "['rain_report', '--day=monday', '-v']\n", "", {})
        )

    def test_without_metadata_that_name_it_the_packages_own_function_is_called(self):
        self.assertEqual(self.run_installed("main").out, "['rain_report']\n")

    def test_a_failure_shows_the_packages_lines(self):
        run = self.run_installed("Report.fail")
        self.assertEqual((run.code, run.result["error"]), (1, "ValueError: boom"))
        self.assertIn('rain_report/__init__.py", line 12, in fail', run.result["error_trace"])
        self.assertNotIn("wheel.py", run.result["error_trace"])

    def test_it_may_leave_as_a_script_may(self):
        self.assertEqual(self.run_installed("leave").result["error"], "SystemExit: no rain")

    def test_what_is_not_there_is_named_with_its_nearest_neighbour(self):
        missing = self.run_installed("repotr").result["error"]
        self.assertIn("The package 'rain_report' has no entry point 'repotr': did you mean 'report'?", missing)
        missing = self.run_installed("report", package="rain_repotr").result["error"]
        self.assertIn("There is no package 'rain_repotr': did you mean 'rain_report'?", missing)
        missing = self.workspace.wheel("rain_report", "report").result["error"]
        self.assertIn("There is no package 'rain_report'. Are the task's libraries complete?", missing)

    def test_a_wheel_that_cannot_be_installed_is_the_librarys_fault(self):
        run = self.workspace.wheel("rain_report", "report", libraries=[{"whl": "dbfs:/lib/none.whl"}])
        self.assertEqual(run.code, 1)
        self.assertIn("The file 'dbfs:/lib/none.whl' does not exist.", run.result["library_error"])


if __name__ == "__main__":
    unittest.main()
