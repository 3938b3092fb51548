"""dbutils.secrets against a small server that answers as the workspace does, and redaction in a real driver process."""

import base64
import contextlib
import io
import json
import sys
import tempfile
import threading
import unittest
import urllib.parse
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from driver.redaction import Redactor
from driver.secret_values import SecretMetadata, Secrets
from driver.tests.driver_process import Workspace
from driver.workspace_client import WorkspaceClient, WorkspaceError


class SecretServer(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        status, answer = 200, {}
        if self.headers["Authorization"] != "Bearer the-token":
            status, answer = 401, {"message": "wrong token"}
        elif url.path == "/api/2.0/secrets/list":
            answer = {"secrets": [{"key": "password", "last_updated_timestamp": 1}]}
        elif query.get("key") == "password":
            answer = {"key": "password", "value": base64.b64encode(b"correct horse").decode()}
        else:
            status = 404
            answer = {"message": f"Secret does not exist with scope: {query['scope']} and key: {query['key']}"}
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve(test):
    """The home of a workspace whose server runs until the test ends."""
    server = HTTPServer(("127.0.0.1", 0), SecretServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    test.addCleanup(server.server_close)
    test.addCleanup(server.shutdown)
    folder = tempfile.TemporaryDirectory()
    test.addCleanup(folder.cleanup)
    home = Path(folder.name)
    (home / "server.json").write_text(json.dumps({"url": f"http://127.0.0.1:{server.server_port}"}))
    (home / "token").write_text("the-token\n")
    return home


class SecretValues(unittest.TestCase):
    def test_a_secret_is_read_and_redacted_from_then_on(self):
        secrets = Secrets(WorkspaceClient(serve(self)), Redactor())
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            value = secrets.get("jobs", "password")
            print("it is", value)
            print(f"<{value}>", len(value), file=sys.stdout)
        self.assertEqual(out.getvalue(), "it is [REDACTED]\n<[REDACTED]> 13\n")
        self.assertEqual(secrets.list("jobs"), [SecretMetadata("password")])

    def test_a_secret_that_is_not_there_is_named(self):
        with self.assertRaisesRegex(WorkspaceError, "Secret does not exist with scope: jobs and key: none"):
            Secrets(WorkspaceClient(serve(self)), Redactor()).get("jobs", "none")

    def test_a_secret_inside_another_does_not_uncover_the_rest(self):
        redactor = Redactor()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            redactor.learn("horse")
            redactor.learn("correct horse")
        self.assertEqual(redactor.clean("correct horse, horse"), "[REDACTED], [REDACTED]")

    def test_output_errors_and_exit_values_of_a_run_do_not_show_it(self):
        workspace = Workspace()
        self.addCleanup(workspace.close)
        home = str(serve(self))
        run = workspace.notebook(
            "import logging, sys\nlogging.basicConfig(stream=sys.stderr)\n"
            "value = dbutils.secrets.get('jobs', 'password')\nlogging.warning(value)\nprint(value)\n"
            "dbutils.notebook.exit(value)\n",
            workspace_home=home,
        )
        self.assertEqual((run.code, run.out, run.result["notebook_result"]), (0, "[REDACTED]\n", "[REDACTED]"))
        self.assertIn("WARNING:root:[REDACTED]", run.err)
        failed = workspace.script("raise ValueError(dbutils.secrets.get('jobs', 'password'))\n", workspace_home=home)
        self.assertEqual(failed.result["error"], "ValueError: [REDACTED]")
        self.assertNotIn("correct horse", failed.err + failed.result["error_trace"])


if __name__ == "__main__":
    unittest.main()
