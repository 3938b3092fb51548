"""What a run knows of the cluster it is attached to, and how it speaks with the cluster's driver."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

REQUEST_SECONDS_MAX = 3600  # installing libraries takes its time


class ClusterGone(Exception):
    """Nobody answers any more: the cluster ended after this run was sent to it."""


class ClusterLink:
    def __init__(self, ready_file: Path) -> None:
        try:
            told: dict[str, Any] = json.loads(ready_file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ClusterGone(str(error)) from None
        self.gateway: dict[str, Any] = told["gateway"]
        self.site_packages = Path(told["site_packages"])
        self._url = f"http://127.0.0.1:{told['control_port']}"
        self._token = told["control_token"]

    def ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        request = urllib.request.Request(
            self._url + path,
            data=json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=REQUEST_SECONDS_MAX) as answer:
                told: dict[str, Any] = json.load(answer)
        except OSError as error:
            raise ClusterGone(str(error)) from None
        return told
