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
NEVER_BEGAN = {"resultType": "error", "summary": "Command cancelled", "cause": "It was cancelled before it began."}
MAIN = Path(__file__).with_name("main.py")


class ContextError(Exception):
    """A sentence for the client."""


@dataclass
class Command:
    status: str = "Queued"  # Running, Cancelling, Finished, Cancelled or Error
    results: dict[str, Any] | None = None
    has_begun: bool = False  # from then until its answer an interrupt is its own
    is_done: threading.Event = field(default_factory=threading.Event)

    def end(self, status: str) -> None:
        self.status = status
        self.is_done.set()


@dataclass
class Context:
    process: subprocess.Popen[str]
    answers: int
    tags: list[str] = field(default_factory=list)
    status: str = "Pending"  # Running or Error
    commands: dict[str, Command] = field(default_factory=dict)
    is_settled: threading.Event = field(default_factory=threading.Event)  # no longer pending
    turn: threading.Lock = field(default_factory=threading.Lock)  # one command after the other
    guard: threading.Lock = field(default_factory=threading.Lock)  # of statuses, and of the interrupts they allow


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
        queued = Command()
        with context.guard:
            context.commands[number] = queued
            if context.status == "Error":
                queued.end("Error")
        line = json.dumps({"id": number, "command": command, "language": language})
        threading.Thread(target=self._send, args=(context, queued, line), daemon=True).start()
        return {"id": number}

    def command(self, identity: str, number: str) -> dict[str, Any]:
        command = self._command(identity, number)
        return {"id": number, "status": command.status, "results": command.results}

    def cancel(self, identity: str, number: str) -> dict[str, Any]:
        context, command = self._find(identity), self._command(identity, number)
        with context.guard:
            if command.status == "Queued":
                command.results = NEVER_BEGAN
                command.end("Cancelled")
            elif command.status == "Running":
                command.status = "Cancelling"
                if command.has_begun:
                    self._interrupt(context)
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

    def _send(self, context: Context, command: Command, line: str) -> None:
        """When the context has started, and the command before this one has ended."""
        with self._driver.usage, context.turn:
            context.is_settled.wait()
            with context.guard:
                if command.status != "Queued":
                    return
                command.status = "Running"
            assert context.process.stdin is not None
            try:
                context.process.stdin.write(line + "\n")
                context.process.stdin.flush()
            except OSError:
                command.end("Error")
            command.is_done.wait()

    def _listen(self, context: Context) -> None:
        with os.fdopen(context.answers, encoding="utf-8") as answers:
            for line in answers:
                self._driver.usage.touch()
                with context.guard:
                    self._hear(context, json.loads(line))
        with context.guard:
            context.status = "Error"
            for command in context.commands.values():
                if not command.is_done.is_set():
                    command.end("Error")
        context.is_settled.set()

    def _hear(self, context: Context, told: dict[str, Any]) -> None:
        if told.get("ready"):
            context.tags, context.status = told["tags"], "Running"
            context.is_settled.set()
            return
        command = context.commands[told["id"]]
        is_unwanted = command.status == "Cancelling"
        if told.get("begun"):
            command.has_begun = True
            if is_unwanted:
                self._interrupt(context)
            return
        command.results = told["results"]
        if is_unwanted:
            self._cancel_jobs(context)  # one that it had begun just then
        command.end("Cancelled" if is_unwanted else "Finished")

    def _interrupt(self, context: Context) -> None:
        """The command that has begun, and no other: the next one is not sent before this one's answer was heard."""
        self._cancel_jobs(context)
        context.process.send_signal(signal.SIGINT)

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
