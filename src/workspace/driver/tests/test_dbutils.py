import contextlib
import io
import tempfile
import unittest
from pathlib import Path

from driver.dbutils import DBUtils, NotebookExit
from driver.files import Files
from driver.redaction import Redactor
from driver.task import Task
from driver.widgets import InputWidgetNotDefined, Widgets


def task(**changes):
    values = dict(
        kind="notebook", file=Path("n.py"), shown_path="/n", arguments=[], widgets={},
        master="local[1]", app_name="n", spark_conf={}, dbfs_root=Path("dbfs"), result_file=Path("result.json"),
    )  # fmt: skip
    return Task(**{**values, **changes})


class WidgetValues(unittest.TestCase):
    def test_a_parameter_of_the_run_wins_over_the_default(self):
        widgets = Widgets({"region": "east"})
        widgets.text("region", "west")
        widgets.dropdown("size", "small", ["small", "large"])
        self.assertEqual(widgets.getAll(), {"region": "east", "size": "small"})
        self.assertEqual(widgets.get("region"), "east")

    def test_parameters_need_no_widget(self):
        self.assertEqual(Widgets({"region": "east"}).get("region"), "east")

    def test_a_missing_widget_is_named_with_its_nearest_neighbour(self):
        widgets = Widgets({"region": "east", "year": "2012"})
        with self.assertRaisesRegex(
            InputWidgetNotDefined, "No input widget named reigon is defined. Did you mean 'region'.* region, year"
        ):
            widgets.get("reigon")

    def test_arguments_may_bring_their_own_default(self):
        widgets = Widgets({"region": "east"})
        self.assertEqual(widgets.getArgument("region", "west"), "east")
        self.assertEqual(widgets.getArgument("year", ""), "")
        with self.assertRaises(InputWidgetNotDefined):
            widgets.getArgument("year")

    def test_a_default_outside_the_choices_is_refused(self):
        with self.assertRaisesRegex(ValueError, "'medium', is not among its choices"):
            Widgets({}).dropdown("size", "medium", ["small", "large"])

    def test_removed_widgets_are_gone(self):
        widgets = Widgets({"region": "east"})
        widgets.text("year", "2012")
        widgets.remove("region")
        self.assertEqual(widgets.getAll(), {"year": "2012"})
        widgets.removeAll()
        self.assertEqual(widgets.getAll(), {})


class TaskValues(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folders = {key: Path(folder.name) / key for key in ("count", "load")}
        for one in self.folders.values():
            one.mkdir()

    def values_of(self, key):
        ran = task(result_file=self.folders[key] / "result.json", task_folders=self.folders)
        return DBUtils(ran, Redactor()).jobs.taskValues

    def test_a_later_task_reads_what_an_earlier_one_has_set(self):
        self.values_of("count").set(key="rows", value=12)
        self.values_of("count").set("days", ["mon", {"tue": None}])
        self.assertEqual(self.values_of("load").get(taskKey="count", key="rows"), 12)
        self.assertEqual(self.values_of("load").get("count", "days"), ["mon", {"tue": None}])
        self.values_of("count").set("rows", 13)
        self.assertEqual(self.values_of("load").get("count", "rows", default=0, debugValue=1), 13)

    def test_a_value_that_is_not_there_is_the_default_or_an_error(self):
        values = self.values_of("load")
        self.assertEqual(values.get("count", "rows", default=0), 0)
        with self.assertRaisesRegex(ValueError, "'count' has set no value 'rows'"):
            values.get("count", "rows")
        with self.assertRaisesRegex(ValueError, "no task 'cuont'; its tasks: count, load"):
            values.get("cuont", "rows")

    def test_what_is_too_long_or_no_json_is_refused(self):
        values = self.values_of("count")
        values.set("long", "x" * (48 * 1024 - 2))
        with self.assertRaisesRegex(ValueError, "'long' is 49153 bytes"):
            values.set("long", "x" * (48 * 1024 - 1))
        with self.assertRaisesRegex(ValueError, "'odd' cannot be written as JSON"):
            values.set("odd", object())


class FileTools(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.outside = Path(folder.name)
        self.root = self.outside / "dbfs"
        self.root.mkdir()
        self.fs = Files(self.root)

    def put(self, path, text="hello"):
        with contextlib.redirect_stdout(io.StringIO()):
            self.fs.put(path, text)

    def test_what_is_put_can_be_listed_and_read(self):
        self.put("dbfs:/a/b.txt")
        self.fs.mkdirs("/a/c")
        self.assertEqual(
            [(info.path, info.name, info.size) for info in self.fs.ls("dbfs:/a")],
            [("dbfs:/a/b.txt", "b.txt", 5), ("dbfs:/a/c/", "c/", 0)],
        )
        self.assertEqual(self.fs.head("/a/b.txt", 4), "hell")

    def test_files_are_not_replaced_unasked(self):
        self.put("/a.txt")
        with self.assertRaisesRegex(FileExistsError, "overwrite=True"):
            self.fs.put("/a.txt", "other")
        self.assertEqual(self.fs.head("/a.txt"), "hello")

    def test_copies_and_moves_take_folders_only_when_told(self):
        self.put("/a/b.txt")
        with self.assertRaisesRegex(IsADirectoryError, "recurse=True"):
            self.fs.cp("/a", "/copy")
        self.fs.cp("/a", "/copy", recurse=True)
        self.fs.cp("/a/b.txt", f"file:{self.outside}/")
        self.fs.mv("/a/b.txt", "/moved/c.txt")
        self.assertEqual(self.fs.head("/copy/b.txt"), "hello")
        self.assertEqual((self.outside / "b.txt").read_text(), "hello")
        self.assertEqual((self.fs.ls("/a"), self.fs.head("/moved/c.txt")), ([], "hello"))

    def test_a_folder_with_files_is_removed_only_when_told(self):
        self.put("/a/b.txt")
        with self.assertRaisesRegex(OSError, "recurse=True"):
            self.fs.rm("/a")
        self.assertTrue(self.fs.rm("/a", recurse=True))
        self.assertFalse(self.fs.rm("/a"))
        with self.assertRaises(PermissionError):
            self.fs.rm("/", recurse=True)

    def test_dots_do_not_lead_out_of_dbfs(self):
        (self.outside / "secret").write_text("no")
        with self.assertRaisesRegex(FileNotFoundError, "dbfs:/../secret does not exist"):
            self.fs.head("dbfs:/../secret")

    def test_what_is_mounted_can_be_listed(self):
        for mount in self.fs.mounts():
            self.fs.mkdirs(mount.mountPoint)
            self.fs.ls(mount.mountPoint)
        self.assertEqual([mount.mountPoint for mount in self.fs.mounts()], ["/", "/Volumes"])

    def test_other_schemes_are_refused_by_name(self):
        with self.assertRaisesRegex(ValueError, "not s3:"):
            self.fs.ls("s3://bucket/a")


class Parts(unittest.TestCase):
    def test_exit_passes_through_handlers_of_exceptions(self):
        with self.assertRaises(NotebookExit) as caught:
            try:
                DBUtils(task(), Redactor()).notebook.exit({"rows": 1})
            except Exception:
                self.fail("an exit is no error")
        self.assertEqual(caught.exception.value, "{'rows': 1}")

    def test_what_is_not_there_says_so(self):
        with self.assertRaisesRegex(AttributeError, r"dbutils\.credentials is not part of the embedded workspace"):
            DBUtils(task(), Redactor()).credentials.getCurrentCredentials()
        with self.assertRaisesRegex(AttributeError, r"dbutils\.notebook\.getContext is not part"):
            DBUtils(task(), Redactor()).notebook.getContext()
