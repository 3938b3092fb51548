"""Runs main.py as the server does, for the tests."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAIN = Path(__file__).resolve().parent.parent / "main.py"


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str
    result: dict[str, Any]
    folder: Path  # the run's own, which the driver had as its current folder


class Workspace:
    """A folder with DBFS, users' files and runs. Made by a test, removed with `close`."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.root = Path(self._folder.name).resolve()
        self.dbfs = self.root / "dbfs"
        self.dbfs.mkdir()
        self.runs = 0

    def close(self) -> None:
        self._folder.cleanup()

    def script(self, text: str, *parameters: str, **changes: Any) -> Outcome:
        return self._run("spark_python", "dbfs:/jobs/work.py", text, list(parameters), changes)

    def notebook(self, text: str, parameters: dict[str, str] | None = None, **changes: Any) -> Outcome:
        return self._run("notebook", "/Shared/work", text, parameters or {}, changes)

    def wheel(self, package: str, entry_point: str, *parameters: str, **changes: Any) -> Outcome:
        changes = {"file": "", "entry_point": entry_point, **changes}
        return self._run("python_wheel", package, "", list(parameters), changes)

    def jar(self, main_class: str, *parameters: str, **changes: Any) -> Outcome:
        return self._run("spark_jar", main_class, "", list(parameters), {"file": "", **changes})

    def submit(self, *words: str, **changes: Any) -> Outcome:
        return self._run("spark_submit", "spark-submit", "", list(words), {"file": "", **changes})

    def sql(self, text: str, parameters: dict[str, str], **changes: Any) -> Outcome:
        return self._run("sql", "/Shared/report.sql", text, parameters, changes)

    def _run(self, kind: str, shown: str, text: str, parameters: Any, changes: dict[str, Any]) -> Outcome:
        self.runs += 1
        run = self.root / f"run{self.runs}"
        folder = run / "work"
        folder.mkdir(parents=True)
        code = run / "code" / "work.py"
        code.parent.mkdir()
        code.write_text(text, encoding="utf-8")
        task = {
            "kind": kind, "file": str(code), "shown_path": shown, "parameters": parameters, "master": "local[2]",
            "spark_conf": {}, "app_name": "a test", "dbfs_root": str(self.dbfs), "workspace_root": str(self.root),
            "context": {}, "result_file": str(run / "result.json"), **changes,
        }  # fmt: skip
        (run / "task.json").write_text(json.dumps(task))
        ended = subprocess.run(
            [sys.executable, "-u", str(MAIN), str(run / "task.json")], cwd=folder, capture_output=True, text=True
        )
        result = run / "result.json"
        told = json.loads(result.read_text()) if result.exists() else {}
        return Outcome(ended.returncode, ended.stdout, ended.stderr, told, folder)
