"""dbutils.secrets: reads secrets from the workspace. What it gave out is redacted in what the run prints."""

from __future__ import annotations

import base64
from typing import NamedTuple

from .redaction import Redactor
from .workspace_client import WorkspaceClient


class SecretMetadata(NamedTuple):
    key: str


class SecretScope(NamedTuple):
    name: str

    def getName(self) -> str:  # noqa: N802
        return self.name


class Secrets:
    def __init__(self, workspace: WorkspaceClient, redactor: Redactor) -> None:
        self._workspace = workspace
        self._redactor = redactor

    def get(self, scope: str, key: str) -> str:
        value = self.getBytes(scope, key).decode("utf-8")
        self._redactor.learn(value)
        return value

    def getBytes(self, scope: str, key: str) -> bytes:  # noqa: N802
        value = base64.b64decode(self._workspace.get("2.0/secrets/get", scope=scope, key=key)["value"])
        self._redactor.learn(value.decode("utf-8", errors="ignore"))
        return value

    def listScopes(self) -> list[SecretScope]:  # noqa: N802
        return [SecretScope(one["name"]) for one in self._workspace.get("2.0/secrets/scopes/list").get("scopes", [])]

    def list(self, scope: str) -> list[SecretMetadata]:
        return [
            SecretMetadata(one["key"])
            for one in self._workspace.get("2.0/secrets/list", scope=scope).get("secrets", [])
        ]
