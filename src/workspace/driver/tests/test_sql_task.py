"""A SQL task as a process, against a workspace that keeps statements and runs none."""

import json
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from driver.display import table
from driver.sql_task import with_values
from driver.tests.driver_process import Workspace


class StatementServer(BaseHTTPRequestHandler):
    """Each statement succeeds at the second look at it with one row, but for those that say FAIL."""

    def do_GET(self):
        kind, _, identity = self.path.removeprefix("/api/2.0/sql/").partition("/")
        if kind == "queries":
            self.answer(200, self.server.queries[identity])
            return
        statement = self.server.statements[identity]
        statement["looks"] = statement.get("looks", 0) + 1
        answer = {"status": {"state": "RUNNING"}}
        if statement["looks"] > 1:
            answer = {
                "status": {"state": "SUCCEEDED"},
                "manifest": {"schema": {"columns": [{"name": "n"}, {"name": "name"}]}},
                "result": {"data_array": [["1", "rain"], ["20", None]]},
            }
        if "FAIL" in statement["statement"]:
            answer = {"status": {"state": "FAILED", "error": {"message": "[NO_TABLE] no such table\nsecond line"}}}
        self.answer(200, answer)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.lost > 0:
            self.server.lost -= 1  # done, and nobody is told
            self.server.statements.setdefault(body["statement_id"], body)
            self.close_connection = True
            return
        if body["warehouse_id"] == "none":
            self.answer(400, {"message": "none is not a valid endpoint id."})
            return
        self.server.statements.setdefault(body["statement_id"], body)
        self.answer(200, {"statement_id": body["statement_id"]})

    def answer(self, status, told):
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class SqlTasks(unittest.TestCase):
    def setUp(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), StatementServer)
        self.server.statements, self.server.queries, self.server.lost = {}, {}, 0
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.workspace = Workspace()
        self.addCleanup(self.workspace.close)
        (self.workspace.root / "server.json").write_text(
            json.dumps({"url": f"http://127.0.0.1:{self.server.server_port}"})
        )
        (self.workspace.root / "token").write_text("t")

    def run_sql(self, text, parameters=None, warehouse="w", **changes):
        context = {"workspace_url": "http://here", "org_id": "1", "task_run_id": "7"}
        return self.workspace.sql(
            text,
            parameters or {},
            warehouse_id=warehouse,
            context=context,
            workspace_home=str(self.workspace.root),
            **changes,
        )

    def test_statements_run_in_order_with_the_parameters_they_name(self):
        run = self.run_sql("-- first\nSELECT :day;\nSELECT '{{ day }}', 1::int, :other", {"day": "monday", "x": "1"})
        self.assertEqual(run.code, 0, run.err)
        first, second = self.server.statements.values()
        self.assertEqual(first["statement"], "-- first\nSELECT :day")
        self.assertEqual(first["parameters"], [{"name": "day", "value": "monday"}])
        self.assertEqual((second["statement"], second["parameters"]), ("SELECT 'monday', 1::int, :other", []))
        output = run.result["sql_output"]["query_output"]
        self.assertEqual(output["warehouse_id"], "w")
        self.assertEqual([one["lookup_key"] for one in output["sql_statements"]], list(self.server.statements))
        shown = "+--+----+\n| n|name|\n+--+----+\n| 1|rain|\n|20|NULL|\n+--+----+\n"
        self.assertEqual(run.out, 2 * shown)

    def test_a_query_is_fetched_with_the_values_that_it_has(self):
        self.server.queries["q"] = {
            "query_text": "SELECT :day, :n",
            "schema": "rain",
            "parameters": [
                {"name": "day", "text_value": {"value": "sunday"}}, {"name": "n", "numeric_value": {"value": 7}}
            ],
        }  # fmt: skip
        self.assertEqual(self.run_sql("", {"day": "monday"}, file="", query_id="q").code, 0)
        (statement,) = self.server.statements.values()
        self.assertEqual(statement["parameters"], [{"name": "day", "value": "monday"}, {"name": "n", "value": "7"}])
        self.assertEqual(statement["schema"], "rain")

    def test_an_answer_that_is_lost_doubles_nothing(self):
        self.server.lost = 2
        self.assertEqual(self.run_sql("SELECT 1").code, 0)
        self.assertEqual(len(self.server.statements), 1)

    def test_the_first_failure_is_the_last_statement(self):
        run = self.run_sql("SELECT 1;\n\nSELECT FAIL;\nSELECT 2")
        self.assertEqual((run.code, len(self.server.statements)), (1, 2))
        self.assertEqual(run.result["error"], "[NO_TABLE] no such table")
        self.assertIn("/Shared/report.sql, line 3:\nSELECT FAIL\n[NO_TABLE]", run.result["error_trace"])
        self.assertEqual(len(run.result["sql_output"]["query_output"]["sql_statements"]), 2)

    def test_what_the_workspace_refuses_fails_with_its_words(self):
        self.assertEqual(self.run_sql("SELECT 1", warehouse="none").result["error"], "none is not a valid endpoint id.")


class Texts(unittest.TestCase):
    def test_values_in_braces_are_texts_and_others_stay(self):
        self.assertEqual(with_values("{{a}} {{ b }} {{c}}", {"a": "1", "b": "{{a}}"}), "1 {{a}} {{c}}")

    def test_tables_are_as_wide_as_their_values(self):
        self.assertEqual(table(["a"], []), "+-+\n|a|\n+-+")


if __name__ == "__main__":
    unittest.main()
