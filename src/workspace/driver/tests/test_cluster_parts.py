"""The parts of a cluster's driver that need no Spark."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import unittest
import zipfile
from decimal import Decimal
from pathlib import Path
from unittest import mock

from driver import connect, maven
from driver.catalog import Entry, merge, read_parts
from driver.cluster_control import Control
from driver.cluster_link import ClusterGone, ClusterLink, ClusterRefused
from driver.environment import Environment
from driver.init_scripts import InitScriptError, run_init_scripts
from driver.late import when_imported
from driver.libraries import Libraries
from driver.places import PlaceError, Places
from driver.spark_kinds import is_elder
from driver.statements import typed
from driver.tests.driver_process import Workspace
from driver.usage import Usage


class InAFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)


def entries(**said):
    return {key: Entry(print, f"blob of {print}") for key, print in said.items()}


class CatalogsMeet(unittest.TestCase):
    def test_what_changed_on_either_side_since_they_met_is_kept(self):
        known = entries(same="1", here="1", there="1", gone_here="1", gone_there="1")
        here = entries(same="1", here="2", there="1", gone_there="1", new_here="1")
        kept = entries(same="1", here="1", there="2", gone_here="1", new_there="1")
        self.assertEqual(
            {key: one.print for key, one in merge(kept, known, here).items()},
            {"same": "1", "here": "2", "there": "2", "new_here": "1", "new_there": "1"},
        )

    def test_a_database_that_one_drops_while_the_other_makes_a_table_in_it_stays(self):
        both = entries(**{"database:d": "1", "table:d.t": "1"})
        made = both | entries(**{"table:d.new": "1"})
        for kept, here in (({}, made), (made, {})):
            self.assertEqual(sorted(merge(kept, both, here)), ["database:d", "table:d.new"])

    def test_the_same_table_in_another_form_changes_nothing(self):
        kept = {"t": Entry("1", "one form")}
        self.assertEqual(merge(kept, {}, {"t": Entry("1", "another form")}), kept)


class LibrariesAreInstalled(InAFolder):
    def setUp(self):
        super().setUp()
        for name in ("dbfs", "workspace"):
            (self.folder / name).mkdir()
        self.status_file = self.folder / "statuses.json"
        self.environment = Environment(self.folder / "environment")
        self.libraries = Libraries(
            self.environment,
            Places(self.folder / "dbfs", self.folder / "workspace"),
            lambda: None,
            self.status_file,
        )

    def wheel(self, name):
        """A wheel of one module, written by hand: nothing has to be fetched to install it."""
        import zipfile

        file = self.folder / "dbfs" / f"{name}-1.0-py3-none-any.whl"
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(f"{name}.py", "answer = 42\n")
            archive.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
            archive.writestr(
                f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            archive.writestr(f"{name}-1.0.dist-info/RECORD", "")
        return json.dumps({"whl": f"dbfs:/{file.name}"})

    def test_a_wheel_can_be_imported_from_the_environment_over_what_lies_below(self):
        library = self.wheel("weir_test_wheel")
        self.libraries.request([library])
        self.assertEqual(self.libraries.wait([library]), [])
        self.assertEqual(json.loads(self.status_file.read_text())[library]["status"], "INSTALLED")
        python = self.environment.make()
        code = "import weir_test_wheel, pip, sys; print(weir_test_wheel.answer, sys.prefix)"
        printed = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout
        self.assertEqual(printed.split(), ["42", str(self.folder / "environment")])

    def test_what_cannot_be_installed_says_why_and_may_be_asked_for_again(self):
        missing = json.dumps({"whl": "dbfs:/none.whl"})
        other = json.dumps({"cran": {"package": "x"}})
        self.libraries.request([missing, other])
        self.assertRegex(self.libraries.wait([missing])[0], "'dbfs:/none.whl' does not exist")
        self.assertRegex(self.libraries.wait([other])[0], "no libraries of the kind 'cran'")
        self.libraries.request([missing])
        self.libraries.wait_for_all()
        self.assertFalse(self.libraries.is_busy())

    def test_a_wheel_that_unpacks_beyond_all_measure_never_reaches_pip(self):
        with zipfile.ZipFile(self.folder / "dbfs" / "bomb-1.0-py3-none-any.whl", "w") as archive:
            for number in range(3):
                archive.writestr(f"bomb/{number}", b"")
            for entry in archive.filelist:  # what an archive says of itself is believed when it is too much
                entry.file_size = 2 << 30
        (self.folder / "dbfs" / "other.whl").write_bytes(b"no archive")
        texts = [json.dumps({"whl": f"dbfs:/{name}"}) for name in ("bomb-1.0-py3-none-any.whl", "other.whl")]
        self.libraries.request(texts)
        failed = self.libraries.wait(texts)
        self.assertIn("unpacks to 6442450944 bytes", failed[0])
        self.assertIn("is no wheel", failed[1])

    def test_a_library_may_lie_in_a_volume(self):
        place = self.folder / "dbfs" / "Volumes" / "c" / "s" / "v"
        place.mkdir(parents=True)
        (place / "a.whl").touch()
        self.assertEqual(
            Places(self.folder / "dbfs", self.folder / "workspace").local("/Volumes/c/s/v/a.whl"), place / "a.whl"
        )

    def test_paths_do_not_lead_out_of_the_workspace(self):
        (self.folder / "secret.whl").write_text("")
        for path in ("dbfs:/../secret.whl", "/Workspace/../../secret.whl", "secret.whl"):
            with self.assertRaises(PlaceError):
                Places(self.folder / "dbfs", self.folder / "workspace").local(path)


class SparksDiffer(InAFolder):
    def test_each_version_of_spark_has_its_part_of_the_catalog_and_an_old_file_is_one_part(self):
        file = self.folder / "catalog.json"
        self.assertEqual(read_parts(file), {})
        file.write_text(json.dumps({"spark_version": "4.1.4", "entries": {"table:default.t": ["t", "blob"]}}))
        self.assertEqual(read_parts(file), {"4.1.4": {"table:default.t": ["t", "blob"]}})
        parts = {"4.1.4": {}, "3.5.7": {"database:default": ["d", "blob"]}}
        file.write_text(json.dumps({"parts": parts}))
        self.assertEqual(read_parts(file), parts)

    def test_the_version_says_which_kind_it_is(self):
        self.assertTrue(is_elder("3.5.7"))
        self.assertFalse(is_elder("4.0.0"))

    def test_spark_connect_is_started_by_spark_where_it_knows_a_token(self):
        jars = self.folder / "jars"
        jars.mkdir()
        with mock.patch("driver.connect.installed_pyspark", return_value=self.folder):
            self.assertEqual(connect.settings("secret", "my.Plugin"), {"spark.plugins": "my.Plugin"})
            self.assertEqual(connect.settings("secret", ""), {})
            (jars / "spark-connect_2.12-3.5.7.jar").touch()  # knows none, and listens everywhere
            self.assertEqual(connect.settings("secret", ""), {})
            (jars / "spark-connect_2.12-3.5.7.jar").rename(jars / "spark-connect_2.13-4.1.4.jar")
            told = connect.settings("secret", "my.Plugin")
        self.assertEqual(told["spark.plugins"], f"{connect.PLUGIN},my.Plugin")
        self.assertEqual(told["spark.connect.authenticate.token"], "secret")


class Parts(InAFolder):
    def test_the_mirror_of_maven_is_read_from_its_settings(self):
        settings = self.folder / "settings.xml"
        settings.write_text(
            '<settings xmlns="urn:m"><mirrors><mirror><mirrorOf>central</mirrorOf><url>https://m.example/x</url>'
            "</mirror></mirrors></settings>"
        )
        self.assertEqual(maven.central_mirror(settings), "https://m.example/x")
        self.assertIsNone(maven.central_mirror(self.folder / "none.xml"))

    def test_parameters_of_statements_become_what_they_say_they_are(self):
        self.assertEqual(typed("7", "INT"), 7)
        self.assertEqual(typed("1.50", "DECIMAL(10,2)"), Decimal("1.50"))
        self.assertEqual(typed("2020-02-29", "DATE").day, 29)
        self.assertEqual((typed("7", None), typed(None, "INT"), typed("true", "BOOLEAN")), ("7", None, True))

    def test_a_cluster_is_used_while_a_run_lives_or_something_is_done(self):
        usage = Usage()
        usage._last = 0
        self.assertGreater(usage.idle_seconds(), 1000)
        usage.enter("7", os.getpid())
        usage.tag("7", ["a", "b"])
        usage._last = 0
        self.assertLess(usage.idle_seconds(), 1000)
        self.assertEqual((usage.leave("7"), usage.leave("7")), (["a", "b"], []))
        usage._last = 0
        with usage:
            self.assertLess(usage.idle_seconds(), 1000)
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        usage.enter("8", gone.pid)
        usage._last = 0
        self.assertGreater(usage.idle_seconds(), 1000)

    def test_init_scripts_run_in_order_and_the_one_that_fails_is_named(self):
        (self.folder / "one.sh").write_text(f"echo $DB_CLUSTER_ID > {self.folder}/trace\n")
        (self.folder / "two.sh").write_text("echo sorry >&2; exit 3\n")
        scripts = [{"dbfs": {"destination": "dbfs:/one.sh"}}, {"workspace": {"destination": "/Workspace/two.sh"}}]
        with self.assertRaisesRegex(InitScriptError, r"two\.sh ended with exit code 3\. sorry"):
            run_init_scripts(scripts, self.folder, self.folder, "1127-c")
        self.assertEqual((self.folder / "trace").read_text(), "1127-c\n")
        with self.assertRaisesRegex(InitScriptError, r"s3://b/x\.sh \(s3\) is not there"):
            run_init_scripts([{"s3": {"destination": "s3://b/x.sh"}}], self.folder, self.folder, "1127-c")

    def test_something_is_done_as_soon_as_a_module_is_imported_and_not_before(self):
        (self.folder / "weir_late_module.py").write_text("value = 1\n")
        sys.path.insert(0, str(self.folder))
        self.addCleanup(sys.path.remove, str(self.folder))
        self.addCleanup(sys.modules.pop, "weir_late_module", None)
        seen = []
        when_imported("weir_late_module", lambda module: seen.append(module.value))
        self.assertEqual(seen, [])
        import weir_late_module  # noqa: F401

        self.assertEqual(seen, [1])


class FakeDriver:
    """Answers what the control asks of it."""

    def __init__(self):
        self.libraries = self

    def request(self, libraries):
        self.asked = libraries

    def enter_run(self, run, pid, libraries):
        raise ValueError("no room")


class ControlOfACluster(InAFolder):
    def setUp(self):
        super().setUp()
        self.driver = FakeDriver()
        control = Control(self.driver)
        control.start()
        self.addCleanup(control._server.server_close)
        self.addCleanup(control._server.shutdown)
        self.ready = self.folder / "ready.json"
        told = {"control_port": control.port, "control_token": control.token, "gateway": {}, "packages": ["/s"]}
        self.ready.write_text(json.dumps(told))

    def test_who_can_read_the_file_is_answered(self):
        self.assertEqual(ClusterLink(self.ready).ask("/libraries", {"libraries": ["x"]}), {})
        self.assertEqual(self.driver.asked, ["x"])

    def test_without_its_token_nobody_is(self):
        told = json.loads(self.ready.read_text()) | {"control_token": "wrong"}
        self.ready.write_text(json.dumps(told))
        with self.assertRaisesRegex(ClusterGone, "401"):
            ClusterLink(self.ready).ask("/libraries", {"libraries": ["x"]})

    def test_what_the_cluster_could_not_do_is_told_apart_from_its_end(self):
        with self.assertRaisesRegex(ClusterRefused, "^ValueError: no room$"):
            ClusterLink(self.ready).ask("/runs/enter", {"run": "1", "pid": 1, "libraries": []})
        with self.assertRaisesRegex(ClusterRefused, "^there is no /nothing$"):
            ClusterLink(self.ready).ask("/nothing", {})

    def test_a_run_that_the_cluster_refuses_fails_with_what_it_said_and_does_not_start_again(self):
        workspace = Workspace()
        self.addCleanup(workspace.close)
        run = workspace.script("print('never')", attach_to=str(self.ready))
        said = "The cluster could not take the run: ValueError: no room"
        self.assertEqual((run.code, run.out, run.result), (1, "", {"cluster_error": said}))

    def test_many_are_served_at_once(self):
        link = ClusterLink(self.ready)
        threads = [threading.Thread(target=link.ask, args=("/libraries", {"libraries": []})) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def test_a_cluster_that_is_gone_is_told_apart(self):
        with self.assertRaises(ClusterGone):
            ClusterLink(self.folder / "none.json")


if __name__ == "__main__":
    unittest.main()
