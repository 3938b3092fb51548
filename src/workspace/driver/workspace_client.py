"""The REST API of the workspace that this driver belongs to, as far as dbutils needs it."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

PATIENCE_SECONDS = 20  # a server that is being started again is back by then
TIMEOUT_SECONDS = 60
STARTING = 503  # says the server to all until it has taken up what it left


class WorkspaceError(Exception):
    """What the workspace answered instead of a value."""


class WorkspaceClient:
    """Reads address and token anew for each request: the server may have moved since the last one."""

    def __init__(self, home: Path, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._home = home
        self._patience = patience_seconds

    def get(self, name: str, **query: str) -> dict[str, Any]:
        """`name` is like "2.0/secrets/get". Raises WorkspaceError with the sentence of the answer."""
        return self._patiently(name + ("?" + urllib.parse.urlencode(query) if query else ""), None)

    def post(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """Sent again when there is no answer: only for what may be said twice."""
        return self._patiently(name, json.dumps(body).encode())

    def _patiently(self, path: str, body: bytes | None) -> dict[str, Any]:
        deadline = time.monotonic() + self._patience
        while True:
            try:
                return self._ask(path, body)
            except urllib.error.HTTPError as refusal:
                if refusal.code != STARTING or time.monotonic() > deadline:
                    raise WorkspaceError(sentence_of(refusal)) from None
            except (OSError, http.client.HTTPException) as error:
                if time.monotonic() > deadline:
                    raise WorkspaceError(f"the workspace does not answer: {error}") from None
            time.sleep(0.2)

    def _ask(self, path: str, body: bytes | None) -> dict[str, Any]:
        host = json.loads((self._home / "server.json").read_text())["url"]
        token = (self._home / "token").read_text().strip()
        request = urllib.request.Request(
            f"{host}/api/{path}",
            data=body,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # it is on this machine
        with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            answered: dict[str, Any] = json.load(answer)
        return answered


def sentence_of(refusal: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(refusal.read())["message"])
    except (ValueError, KeyError, TypeError):
        return f"the workspace answered {refusal.code} {refusal.reason}"
