"""Each way to sign in, from the shell to a real run and back; and no secret is left anywhere afterwards.

In front of the embedded workspace stands one that asks for what real ones ask for: it hands out access tokens that live
shortly and are refused now and then, and passes on what is signed well.
"""

import base64
import itertools
import json
import threading
import unittest
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness import WeirTest, submit_flow

SCRIPT = 'print("done")'
SECRETS = {"pat": "dapi-canary-pat", "basic": "canary-password", "m2m": "canary-oauth/secret", "azure": "canary=azure"}
USES_MAX = 4
LIFE_SECONDS = 41


class Front:
    """Knows one caller for each method; counts what it has refused."""

    def __init__(self, weir):
        self.target, self.token = weir.host(), weir.token()
        self.numbers = itertools.count(1)
        self.minted = {}
        self.refused = 0
        self.lock = threading.Lock()
        front = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                length = int(self.headers.get("Content-Length") or 0)
                status, body = front.answer(self.command, self.path, self.headers, self.rfile.read(length))
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def end(self):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, method, path, headers, body):
        if path == "/.well-known/databricks-config":
            return 200, json.dumps({"oidc_endpoint": f"{self.host}/oidc"}).encode()
        if path == "/oidc/.well-known/oauth-authorization-server":
            return 200, json.dumps({"token_endpoint": f"{self.host}/oidc/v1/token"}).encode()
        if path.endswith("/token"):
            return self.hand_out(path, headers, dict(urllib.parse.parse_qsl(body.decode())))
        if not self.is_signed(headers.get("Authorization", "")):
            self.refused += 1
            return 401, b'{"error_code": "UNAUTHENTICATED", "message": "who are you?"}'
        return self.pass_on(method, path, body)

    def hand_out(self, path, headers, form):
        basic = base64.b64encode(f"me:{SECRETS['m2m']}".encode()).decode()
        known = {
            "/oidc/v1/token": headers.get("Authorization") == f"Basic {basic}" and form.get("scope") == "all-apis",
            "/tenant/oauth2/token": form.get("client_secret") == SECRETS["azure"] and "resource" in form,
        }
        if not known.get(path) or form.get("grant_type") != "client_credentials":
            return 401, b'{"error": "invalid_client", "error_description": "wrong"}'
        with self.lock:
            token = f"minted-canary-{next(self.numbers)}"
            self.minted[token] = USES_MAX
        return 200, json.dumps({"access_token": token, "expires_in": LIFE_SECONDS}).encode()

    def is_signed(self, authorization):
        basic = base64.b64encode(f"me:{SECRETS['basic']}".encode()).decode()
        if authorization in (f"Bearer {SECRETS['pat']}", f"Basic {basic}"):
            return True
        token = authorization.removeprefix("Bearer ")
        with self.lock:
            self.minted[token] = self.minted.get(token, 0) - 1
            return self.minted[token] >= 0

    def pass_on(self, method, path, body):
        request = urllib.request.Request(self.target + path, data=body or None, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


class SignIn(WeirTest):
    with_workspace = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.where = cls.weir.upload_script("done.py", SCRIPT)
        cls.flow = cls.weir.write("signed.yaml", submit_flow("signed", ["a", "b"], cls.where))
        cls.front = Front(cls.weir)
        cls.addClassCleanup(cls.front.end)
        cls.methods = {
            "pat": {"DATABRICKS_TOKEN": SECRETS["pat"]},
            "basic": {"DATABRICKS_USERNAME": "me", "DATABRICKS_PASSWORD": SECRETS["basic"]},
            "m2m": {"DATABRICKS_CLIENT_ID": "me", "DATABRICKS_CLIENT_SECRET": SECRETS["m2m"]},
            "azure": {
                "ARM_CLIENT_ID": "me",
                "ARM_CLIENT_SECRET": SECRETS["azure"],
                "ARM_TENANT_ID": "tenant",
                "AZURE_AUTHORITY_HOST": cls.front.host,
                "DATABRICKS_AZURE_RESOURCE_ID": "/subscriptions/1",
            },
        }

    def assert_no_secret_is_left(self):
        secrets = {*SECRETS.values(), *self.front.minted}
        for user, name in (("me", "basic"), ("me", "m2m")):
            secrets.add(base64.b64encode(f"{user}:{SECRETS[name]}".encode()).decode())
        secrets |= {urllib.parse.quote(secret, safe="") for secret in secrets}
        config = self.weir.directory / ".databrickscfg"
        program = self.weir.directory / "signed.py"
        for file in self.weir.directory.rglob("*"):
            if not file.is_file() or file in (config, program):
                continue
            found = [secret for secret in secrets if secret.encode() in file.read_bytes()]
            self.assertFalse(found, f"{file} contains a secret")

    def test_runs_go_through_with_each_method_and_leave_no_secret_behind(self):
        for method, variables in self.methods.items():
            with self.subTest(method):
                ended = self.weir("run", self.flow, WEIR_WORKSPACE="", DATABRICKS_HOST=self.front.host, **variables)
                self.assert_ended(ended, 0)
        self.assertGreater(self.front.refused, 0, "no token was ever refused in the middle of a run")
        self.assert_no_secret_is_left()

    def test_a_wrong_secret_ends_with_the_code_of_authentication_and_says_no_secret(self):
        for method, variables in self.methods.items():
            with self.subTest(method):
                wrong = {name: value + "-wrong" for name, value in variables.items() if "canary" in value}
                variables = variables | wrong
                ended = self.weir("jobs", "list", WEIR_WORKSPACE="", DATABRICKS_HOST=self.front.host, **variables)
                self.assert_ended(ended, 4)
                self.assertNotIn("canary", ended.err)

    def test_a_profile_signs_in_too(self):
        (self.weir.directory / ".databrickscfg").write_text(
            f"[m2m]\nhost = {self.front.host}\nclient_id = me\nclient_secret = {SECRETS['m2m']}\n"
        )
        ended = self.weir("run", self.flow, "--workspace", "m2m")
        self.assert_ended(ended, 0)
        self.assert_no_secret_is_left()

    def test_a_python_program_may_say_it_itself(self):
        arguments = f"host={self.front.host!r}, client_id='me', client_secret={SECRETS['m2m']!r}"
        task = f"spark_python_task={{'python_file': {self.where!r}}}"
        file = self.weir.write(
            "signed.py",
            "from weir import databricks, flow\n\n\n@flow\ndef signed() -> None:\n"
            f"    dbx = databricks.connect({arguments})\n    dbx.submit_run({task})\n",
        )
        ended = self.weir("run", file, WEIR_WORKSPACE="")
        self.assert_ended(ended, 0)
        self.assert_no_secret_is_left()

    def test_two_methods_are_one_too_many_unless_one_is_chosen(self):
        both = self.methods["pat"] | self.methods["m2m"] | {"WEIR_WORKSPACE": "", "DATABRICKS_HOST": self.front.host}
        ended = self.weir("jobs", "list", **both)
        self.assert_ended(ended, 2)
        self.assertIn("more than one authorization method configured: oauth and pat", ended.err)
        self.assert_ended(self.weir("jobs", "list", DATABRICKS_AUTH_TYPE="pat", **both), 0)

    def test_the_embedded_workspace_itself_takes_oauth(self):
        client = {"DATABRICKS_CLIENT_ID": "me", "DATABRICKS_CLIENT_SECRET": self.weir.token()}
        where = {"WEIR_WORKSPACE": "", "DATABRICKS_HOST": self.weir.host()}
        self.assert_ended(self.weir("run", self.flow, **where, **client), 0)
        refused = self.weir("jobs", "list", **where, **client | {"DATABRICKS_CLIENT_SECRET": "wrong"})
        self.assert_ended(refused, 4)
        self.assertIn("gives no access token", refused.err)

    def test_an_address_is_a_workspace_too(self):
        ended = self.weir("jobs", "list", "--workspace", self.front.host, DATABRICKS_TOKEN=SECRETS["pat"])
        self.assert_ended(ended, 0)


if __name__ == "__main__":
    unittest.main()
