"""How the workspace and its runs speak with the driver of a cluster: JSON over HTTP on this machine, with a token that
only this user can read."""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from .contexts import ContextError

if TYPE_CHECKING:
    from .cluster import ClusterDriver

CONTEXT_PATHS = (
    "/contexts/create",
    "/contexts/status",
    "/contexts/destroy",
    "/commands/execute",
    "/commands/status",
    "/commands/cancel",
)
BODY_BYTES_MAX = 32 * 1024 * 1024


class Control:
    """Each request has a thread of its own and may take as long as it needs."""

    def __init__(self, driver: ClusterDriver) -> None:
        self.token = secrets.token_hex(32)
        self._driver = driver
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Raises LookupError for what is not known."""
        driver = self._driver
        if path == "/runs/enter":
            return {"library_error": driver.enter_run(body["run"], body["pid"], body["libraries"])}
        if path == "/runs/session":
            driver.usage.tag(body["run"], body["tags"])
            return {}
        if path == "/runs/ended":
            driver.end_run(body["run"])
            return {}
        if path == "/used":
            driver.usage.touch()
            return {}
        if path == "/usage":
            return {"idle_seconds": int(driver.idle_seconds())}
        if path == "/libraries":
            driver.libraries.request(body["libraries"])
            return {}
        if path == "/statements":
            return driver.execute(body)
        if path == "/statements/cancel":
            driver.statements.cancel(body["id"])
            return {}
        if path in CONTEXT_PATHS:
            return self.answer_context(path, body)
        raise LookupError(path)

    def answer_context(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """{"error": a sentence} for what the client should read."""
        contexts = self._driver.contexts
        try:
            if path == "/contexts/create":
                return contexts.create(body["language"])
            if path == "/contexts/status":
                return contexts.status(body["contextId"])
            if path == "/contexts/destroy":
                return contexts.destroy(body["contextId"])
            if path == "/commands/execute":
                return contexts.execute(body["contextId"], body["language"], body["command"])
            if path == "/commands/status":
                return contexts.command(body["contextId"], body["commandId"])
            return contexts.cancel(body["contextId"], body["commandId"])
        except ContextError as error:
            return {"error": str(error)}


def handler_of(control: Control) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:  # noqa: N802
            length = int(self.headers.get("Content-Length") or 0)
            offered = self.headers.get("Authorization", "")
            if not hmac.compare_digest(offered.encode(), f"Bearer {control.token}".encode()):
                return self.reply(401, {"message": "no or a wrong token"})
            if length > BODY_BYTES_MAX:
                return self.reply(413, {"message": "the body is too large"})
            try:
                body = json.loads(self.rfile.read(length) or b"{}")
                self.reply(200, control.answer(self.path, body))
            except LookupError as error:
                self.reply(404, {"message": f"there is no {error}"})
            except Exception as error:  # the other end decides what it means
                self.reply(500, {"message": f"{type(error).__name__}: {error}"})

        def reply(self, status: int, body: dict[str, Any]) -> None:
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            if status != 200:
                self.send_header("Connection", "close")
                self.close_connection = True
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            """The output of a cluster is its users'."""

    return Handler
