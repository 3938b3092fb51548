"""What goes wrong around a run has one clear message and an exit code that scripts can rely on."""

import socket
import sqlite3
import unittest

from harness import WeirTest, submit_flow


class WithoutWorkspace(WeirTest):
    def test_the_version_is_told(self):
        ended = self.weir("version")
        self.assert_ended(ended, 0)
        self.assertRegex(ended.out, r"\d+\.\d+\.\d+")

    def test_an_unknown_verb_is_a_usage_error_that_names_the_nearest(self):
        ended = self.weir("workspce")
        self.assert_ended(ended, 2)
        self.assertIn("did you mean 'workspace'?", ended.err)

    def test_a_flow_file_that_does_not_exist_is_not_found(self):
        ended = self.weir("run", "nowhere.yaml")
        self.assert_ended(ended, 3)
        self.assertIn("nowhere.yaml", ended.err)

    def test_a_flow_file_that_cannot_be_read_is_an_error_that_names_it(self):
        (self.weir.directory / "folder.yaml").mkdir()
        ended = self.weir("run", "folder.yaml")
        self.assert_ended(ended, 2)
        self.assertIn("folder.yaml", ended.err)

    def test_what_a_python_flow_prints_stays_out_of_json(self):
        source = "from weir import flow\nprint('loaded')\n@flow\ndef prints() -> None:\n    print('hello')\n"
        file = self.weir.write("prints.py", source)
        for verb in ("run", "graph"):
            self.assertTrue(self.weir.json(verb, file))
        self.assertEqual(self.weir("run", file).out, "hello\n")

    def test_a_python_flow_that_needs_a_parameter_is_drawn_with_it(self):
        source = "from weir import flow, task\n@task\ndef one(day: str) -> None: ...\n"
        file = self.weir.write("needs.py", source + "@flow\ndef needs(day: str) -> None:\n    one(day)\n")
        ended = self.weir("graph", file)
        self.assert_ended(ended, 2)
        self.assertIn("needs a value for 'day'", ended.err)
        self.assertEqual(len(self.weir.json("graph", file, "-p", "day=monday")["nodes"]), 1)

    def test_a_run_that_does_not_exist_is_not_found(self):
        ended = self.weir("runs", "show", "no-such-run")
        self.assert_ended(ended, 3)
        self.assertIn("no-such-run", ended.err)

    def test_a_history_that_a_newer_weir_wrote_is_refused(self):
        self.weir.json("runs", "list")
        with sqlite3.connect(self.weir.home / "weir.db") as database:
            newest = database.execute("PRAGMA user_version").fetchone()[0]
        self.addCleanup(self.change_schema, newest)
        self.change_schema(newest + 1)
        ended = self.weir("runs", "list")
        self.assert_ended(ended, 2)
        self.assertIn(f"newer weir (schema {newest + 1}, this one knows {newest})", ended.err)
        self.assertIn("upgrade weir", ended.err)

    def change_schema(self, version):
        with sqlite3.connect(self.weir.home / "weir.db") as database:
            database.execute(f"PRAGMA user_version = {version}")

    def test_a_host_without_a_scheme_is_refused_before_anything_is_sent(self):
        ended = self.weir(
            "jobs", "list", WEIR_WORKSPACE="", DATABRICKS_HOST="example.cloud.databricks.com", DATABRICKS_TOKEN="x"
        )
        self.assert_ended(ended, 2)
        self.assertIn("https://example.cloud.databricks.com", ended.err)

    def test_a_flow_for_a_workspace_that_cannot_be_is_refused_before_it_becomes_a_run(self):
        flow = self.weir.write("flow.yaml", submit_flow("flow", ["task"], "dbfs:/none.py"))
        ended = self.weir("run", flow, WEIR_WORKSPACE="", DATABRICKS_HOST="example.com", DATABRICKS_TOKEN="x")
        self.assert_ended(ended, 2)
        self.assertIn("https://example.com", ended.err)
        self.assertEqual(self.weir.json("runs", "list"), [])

    def test_an_occupied_port_is_told_with_its_number(self):
        with socket.socket() as occupied:
            occupied.bind(("127.0.0.1", 0))
            occupied.listen()
            port = occupied.getsockname()[1]
            ended = self.weir("workspace", "start", "--port", port)
        self.assertNotEqual(ended.code, 0)
        self.assertIn(str(port), ended.err)


class WithWorkspace(WeirTest):
    with_workspace = True

    def test_a_wrong_token_is_an_authentication_error(self):
        ended = self.weir("jobs", "list", WEIR_WORKSPACE="", DATABRICKS_HOST=self.weir.host(), DATABRICKS_TOKEN="wrong")
        self.assert_ended(ended, 4)
        self.assertNotIn("wrong", ended.err)

    def test_a_job_that_does_not_exist_is_not_found(self):
        ended = self.weir("jobs", "get", "no-such-job")
        self.assert_ended(ended, 3)
        self.assertIn("no-such-job", ended.err)

    def test_starting_a_workspace_that_runs_is_fine_and_keeps_it(self):
        before = self.weir.server()
        self.weir.start_workspace()
        self.assertEqual(self.weir.server(), before)


if __name__ == "__main__":
    unittest.main()
