"""Installs libraries: of Python into a virtual environment that lies over the workspace's own Python, of Java into the
running JVM. What became of each is written to a file that the server reads."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import maven
from .environment import Environment
from .places import Places
from .task import write_json

MESSAGE_CHARACTERS_MAX = 2000
PIP_SECONDS_MAX = 1800
WHEEL_BYTES_MAX = 4 << 30  # unpacked


class LibraryError(Exception):
    """Why a library could not be installed, as its user needs to read it."""


@dataclass
class Status:
    status: str = "PENDING"  # RESOLVING, INSTALLING, INSTALLED or FAILED
    messages: list[str] = field(default_factory=list)


class Libraries:
    """Thread-safe. Libraries are installed one after the other, in the order they were asked for. A library is its
    JSON text: two that differ in anything are two."""

    def __init__(
        self,
        environment: Environment,
        places: Places,
        spark: Callable[[], Any],
        status_file: Path | None = None,
    ) -> None:
        self._environment = environment
        self._places = places
        self._spark = spark
        self._status_file = status_file
        self._statuses: dict[str, Status] = {}
        self._changed = threading.Condition()
        self._installing = threading.Lock()

    def request(self, libraries: list[str]) -> None:
        """Those not known yet, and those that failed before, are going to be installed. Returns at once."""
        with self._changed:
            fresh = [text for text in libraries if self._statuses.get(text, Status("FAILED")).status == "FAILED"]
            for text in fresh:
                self._statuses[text] = Status()
            self._write()
        if fresh:
            threading.Thread(target=self._install_all, args=(fresh,), daemon=True).start()

    def wait(self, libraries: list[str]) -> list[str]:
        """Until none of them is on its way any more. The messages of those that failed."""
        with self._changed:
            self._changed.wait_for(lambda: all(self._ended(text) for text in libraries))
            failed = [text for text in libraries if self._statuses[text].status == "FAILED"]
            return [f"{text}: {' '.join(self._statuses[text].messages)}" for text in failed]

    def wait_for_all(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: all(self._ended(text) for text in self._statuses))

    def is_busy(self) -> bool:
        with self._changed:
            return not all(self._ended(text) for text in self._statuses)

    def _ended(self, text: str) -> bool:
        return self._statuses[text].status in ("INSTALLED", "FAILED")

    def _install_all(self, texts: list[str]) -> None:
        with self._installing:
            for text in texts:
                try:
                    self._install(text)
                    self._set(text, "INSTALLED")
                except Exception as error:  # whatever pip, Ivy or Java say is the library's status
                    self._set(text, "FAILED", readable(error))

    def _install(self, text: str) -> None:
        library = json.loads(text)
        kind, value = next(iter(library.items()))
        if kind == "pypi":
            repository = ["--index-url", value["repo"]] if value.get("repo") else []
            self._pip(text, [*repository, value["package"]])
        elif kind == "whl":
            wheel = self._places.local(value)
            check_wheel(wheel)
            self._pip(text, [str(wheel)])
        elif kind == "requirements":
            self._pip(text, ["-r", str(self._places.local(value))])
        elif kind == "maven":
            self._set(text, "RESOLVING")
            spark = self._spark()
            jars = maven.resolve(spark._jvm, value["coordinates"], value.get("repo"), value.get("exclusions") or [])
            self._set(text, "INSTALLING")
            for jar in jars:
                maven.add_jar(spark, jar)
        elif kind == "jar":
            self._set(text, "INSTALLING")
            maven.add_jar(self._spark(), str(self._places.local(value)))
        else:
            raise LibraryError(f"The embedded workspace installs no libraries of the kind '{kind}'.")

    def _pip(self, text: str, arguments: list[str]) -> None:
        self._set(text, "INSTALLING")
        done = self._environment.pip(["install", *arguments], PIP_SECONDS_MAX)
        if done.returncode != 0:
            said = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")] or [done.stderr.strip()]
            raise LibraryError(" ".join(line.removeprefix("ERROR: ") for line in said))

    def _set(self, text: str, status: str, message: str | None = None) -> None:
        with self._changed:
            self._statuses[text] = Status(status, [message] if message else [])
            self._write()
            self._changed.notify_all()

    def _write(self) -> None:
        if self._status_file is not None:
            told = {text: {"status": one.status, "messages": one.messages} for text, one in self._statuses.items()}
            write_json(self._status_file, told)


def check_wheel(wheel: Path) -> None:
    """pip unpacks whatever it is given: an archive that grows beyond all measure must not reach it."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise LibraryError(f"'{wheel.name}' is no wheel: {error}.") from None
    if unpacked > WHEEL_BYTES_MAX:
        raise LibraryError(f"'{wheel.name}' unpacks to {unpacked} bytes; the limit is {WHEEL_BYTES_MAX}.")


def readable(error: Exception) -> str:
    """Without Java's frames, and of Ivy's the sentence."""
    said = str(error)
    java = getattr(error, "java_exception", None)
    if java is not None:
        said = str(java.getMessage())
    return said.strip()[:MESSAGE_CHARACTERS_MAX]
