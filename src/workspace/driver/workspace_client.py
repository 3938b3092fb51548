"""The REST API of the workspace that this driver belongs to, as far as dbutils needs it."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

PATIENCE_SECONDS = 20  # a server that is being started again is back by then
TIMEOUT_SECONDS = 60


class WorkspaceError(Exception):
    """What the workspace answered instead of a value."""


class WorkspaceClient:
    """Reads address and token anew for each request: the server may have moved since the last one."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def get(self, name: str, **query: str) -> dict[str, Any]:
        """`name` is like "2.0/secrets/get". Raises WorkspaceError with the sentence of the answer."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return self._get(name, query)
            except urllib.error.HTTPError as refusal:
                raise WorkspaceError(sentence_of(refusal)) from None
            except OSError as error:
                if time.monotonic() > deadline:
                    raise WorkspaceError(f"the workspace does not answer: {error}") from None
                time.sleep(0.2)

    def _get(self, name: str, query: dict[str, str]) -> dict[str, Any]:
        host = json.loads((self._home / "server.json").read_text())["url"]
        token = (self._home / "token").read_text().strip()
        request = urllib.request.Request(
            f"{host}/api/{name}?{urllib.parse.urlencode(query)}", headers={"Authorization": f"Bearer {token}"}
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
