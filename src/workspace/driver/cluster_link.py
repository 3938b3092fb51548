"""What a run knows of the Spark it is attached to, and how it speaks with the driver of a cluster. A notebook that
another one runs is attached to that one's Spark, where nobody wants to hear of it."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

REQUEST_SECONDS_MAX = 3600  # installing libraries takes its time


class ClusterGone(Exception):
    """Nobody answers any more: the cluster ended after this run was sent to it."""


class ClusterRefused(Exception):
    """The cluster has answered that it could not do what it was asked for: asking again would change nothing. What it
    said of it, for whoever reads how the run ended."""


class ClusterLink:
    def __init__(self, ready_file: Path) -> None:
        try:
            told: dict[str, Any] = json.loads(ready_file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ClusterGone(str(error)) from None
        self.gateway: dict[str, Any] = told["gateway"]
        self.packages = [Path(path) for path in told["packages"]]
        self._port: int | None = told.get("control_port")
        self._token = told.get("control_token", "")

    def ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Raises ClusterGone and ClusterRefused."""
        if self._port is None:
            return {}
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}{path}",
            data=json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=REQUEST_SECONDS_MAX) as answer:
                told: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:  # an OSError too, but one with an answer
            if error.code == 401:  # somebody else has got the port by now
                raise ClusterGone(str(error)) from None
            raise ClusterRefused(said_by(error)) from None
        except (OSError, http.client.HTTPException) as error:
            raise ClusterGone(str(error)) from None
        return told


def said_by(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["message"])
    except (OSError, ValueError, LookupError, TypeError):
        return str(error)
