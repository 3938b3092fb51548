"""Init scripts: run one after the other before the Spark of a cluster starts."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

from .places import inside

OUTPUT_CHARACTERS_MAX = 1000


class InitScriptError(Exception):
    """Which script failed and what it said."""


def run_init_scripts(scripts: list[dict[str, Any]], dbfs_root: Path, workspace_root: Path, cluster_id: str) -> None:
    environment = os.environ | {"DB_CLUSTER_ID": cluster_id, "DB_IS_DRIVER": "TRUE", "DB_DRIVER_IP": "127.0.0.1"}
    for script in scripts:
        place, told = next(iter(script.items()))
        destination = str((told or {}).get("destination", ""))
        file = local(place, destination, dbfs_root, workspace_root)
        if file is None or not file.is_file():
            raise InitScriptError(f"The init script {destination} ({place}) is not there.")
        done = subprocess.run(
            ["bash", str(file)],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
        )
        print(done.stdout, end="", flush=True)
        if done.returncode != 0:
            said = done.stderr.strip()[-OUTPUT_CHARACTERS_MAX:]
            raise InitScriptError(
                f"The init script {destination} ended with exit code {done.returncode}. {said}".strip()
            )


def local(place: str, destination: str, dbfs_root: Path, workspace_root: Path) -> Path | None:
    if place in ("dbfs", "volumes"):
        return inside(dbfs_root, destination.removeprefix("dbfs:"))
    if place == "workspace":
        return inside(workspace_root, destination.removeprefix("/Workspace"))
    if place == "file":
        return Path(destination.removeprefix("file:"))
    return None
