"""Execution contexts of a cluster, from the side of its driver: a process each, and what became of its commands."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .task import write_json

if TYPE_CHECKING:
    from .cluster import ClusterDriver

LANGUAGES = ("python", "sql")
MAIN = Path(__file__).with_name("main.py")


class ContextError(Exception):
    """A sentence for the client."""


@dataclass
class Command:
    status: str = "Queued"  # Running, Cancelling, Finished, Cancelled or Error
    results: dict[str, Any] | None = None


@dataclass
class Context:
    process: subprocess.Popen[str]
    answers: int
    tags: list[str] = field(default_factory=list)
    status: str = "Pending"  # Running or Error
    commands: dict[str, Command] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)  # one command after the other


class Contexts:
    """Thread-safe."""

    def __init__(self, driver: ClusterDriver, ready_file: Path) -> None:
        self._driver = driver
        self._ready_file = ready_file
        self._contexts: dict[str, Context] = {}

    def create(self, language: str) -> dict[str, Any]:
        if language not in LANGUAGES:
            raise ContextError(f"The embedded workspace runs commands in python and sql, not in {language}.")
        identity = str(secrets.randbits(62))
        read_end, write_end = os.pipe()
        context_file = self._write_task(identity, write_end)
        process = subprocess.Popen(
            [sys.executable, "-u", str(MAIN), str(context_file)],
            stdin=subprocess.PIPE,
            text=True,
            pass_fds=(write_end,),
        )
        os.close(write_end)
        context = self._contexts[identity] = Context(process, read_end)
        threading.Thread(target=self._listen, args=(context,), daemon=True).start()
        return {"id": identity}

    def status(self, identity: str) -> dict[str, Any]:
        return {"id": identity, "status": self._find(identity).status}

    def destroy(self, identity: str) -> dict[str, Any]:
        context = self._find(identity)
        self._contexts.pop(identity, None)
        context.process.kill()
        context.process.wait()
        self._cancel_jobs(context)
        return {"id": identity}

    def execute(self, identity: str, language: str, command: str) -> dict[str, Any]:
        context = self._find(identity)
        if language not in LANGUAGES:
            raise ContextError(f"The embedded workspace runs commands in python and sql, not in {language}.")
        number = secrets.token_hex(16)
        context.commands[number] = Command()
        line = json.dumps({"id": number, "command": command, "language": language})
        threading.Thread(target=self._send, args=(context, line), daemon=True).start()
        return {"id": number}

    def command(self, identity: str, number: str) -> dict[str, Any]:
        command = self._command(identity, number)
        return {"id": number, "status": command.status, "results": command.results}

    def cancel(self, identity: str, number: str) -> dict[str, Any]:
        context, command = self._find(identity), self._command(identity, number)
        if command.status in ("Queued", "Running"):
            command.status = "Cancelling"
            self._cancel_jobs(context)
            context.process.send_signal(signal.SIGINT)
        return {"id": number}

    def _write_task(self, identity: str, answers_fd: int) -> Path:
        task = self._driver.task
        folder = Path.cwd() / ".contexts"
        folder.mkdir(exist_ok=True)
        told = {
            "kind": "spark_python",
            "file": str(MAIN),
            "shown_path": "command",
            "master": task.master,
            "app_name": task.app_name,
            "dbfs_root": str(task.dbfs_root),
            "workspace_root": str(task.workspace_root),
            "workspace_home": str(task.workspace_home),
            "context": {"task_run_id": f"context-{identity}"},
            "result_file": str(folder / f"{identity}.result"),
            "attach_to": str(self._ready_file),
        }
        write_json(folder / f"{identity}.task", told)
        file = folder / f"{identity}.json"
        write_json(file, {"kind": "context", "task_file": str(folder / f"{identity}.task"), "answers_fd": answers_fd})
        return file

    def _send(self, context: Context, line: str) -> None:
        with self._driver.usage, context.lock:
            command = context.commands[json.loads(line)["id"]]
            if command.status == "Queued":
                command.status = "Running"
            assert context.process.stdin is not None
            try:
                context.process.stdin.write(line + "\n")
                context.process.stdin.flush()
            except OSError:
                command.status = "Error"

    def _listen(self, context: Context) -> None:
        with os.fdopen(context.answers, encoding="utf-8") as answers:
            for line in answers:
                self._driver.usage.touch()
                told = json.loads(line)
                if told.get("ready"):
                    context.tags, context.status = told["tags"], "Running"
                    continue
                command = context.commands[told["id"]]
                command.results = told["results"]
                command.status = "Cancelled" if command.status == "Cancelling" else "Finished"
        context.status = "Error"
        for command in context.commands.values():
            if command.results is None:
                command.status = "Error"

    def _cancel_jobs(self, context: Context) -> None:
        for tag in context.tags:
            self._driver.spark.sparkContext.cancelJobsWithTag(tag)

    def _find(self, identity: str) -> Context:
        if identity not in self._contexts:
            raise ContextError(f"There is no execution context {identity} on this cluster.")
        return self._contexts[identity]

    def _command(self, identity: str, number: str) -> Command:
        context = self._find(identity)
        if number not in context.commands:
            raise ContextError(f"The execution context {identity} has no command {number}.")
        return context.commands[number]
