"""Installs libraries: of Python into a virtual environment that lies over the workspace's own Python, of Java into the
running JVM. What became of each is written to a file that the server reads."""

from __future__ import annotations

import json
import os
import posixpath
import subprocess
import sys
import sysconfig
import threading
import venv
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import maven
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
        folder: Path,
        dbfs_root: Path,
        workspace_root: Path,
        spark: Callable[[], Any],
        status_file: Path | None = None,
    ) -> None:
        self._folder = folder
        self._dbfs = dbfs_root
        self._workspace = workspace_root
        self._spark = spark
        self._status_file = status_file
        self._statuses: dict[str, Status] = {}
        self._changed = threading.Condition()
        self._installing = threading.Lock()

    @property
    def site_packages(self) -> Path:
        return site_packages_of(self._folder)

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
            wheel = self.local(value)
            check_wheel(wheel)
            self._pip(text, [str(wheel)])
        elif kind == "requirements":
            self._pip(text, ["-r", str(self.local(value))])
        elif kind == "maven":
            self._set(text, "RESOLVING")
            spark = self._spark()
            jars = maven.resolve(spark._jvm, value["coordinates"], value.get("repo"), value.get("exclusions") or [])
            self._set(text, "INSTALLING")
            for jar in jars:
                maven.add_jar(spark, jar)
        elif kind == "jar":
            self._set(text, "INSTALLING")
            maven.add_jar(self._spark(), str(self.local(value)))
        else:
            raise LibraryError(f"The embedded workspace installs no libraries of the kind '{kind}'.")

    def _pip(self, text: str, arguments: list[str]) -> None:
        self._set(text, "INSTALLING")
        python = make_environment(self._folder)
        command = [str(python), "-m", "pip", "install", "--no-input", "--disable-pip-version-check", *arguments]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PIP_SECONDS_MAX
        )
        if done.returncode != 0:
            said = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")] or [done.stderr.strip()]
            raise LibraryError(" ".join(line.removeprefix("ERROR: ") for line in said))

    def local(self, shown: str) -> Path:
        """The file that users know as dbfs:/…, /dbfs/…, /Volumes/… or /Workspace/…"""
        if shown.startswith("file:"):
            path = Path(shown.removeprefix("file:"))
        elif shown.startswith("/Volumes/"):
            path = inside(self._dbfs, shown)
        elif shown.startswith(("dbfs:/", "/dbfs/")):
            path = inside(self._dbfs, shown.removeprefix("dbfs:").removeprefix("/dbfs"))
        elif shown.startswith("/"):
            path = inside(self._workspace, shown.removeprefix("/Workspace"))
        else:
            raise LibraryError(f"'{shown}' is neither in DBFS (dbfs:/…) nor in the workspace (/Workspace/…).")
        if not path.is_file():
            raise LibraryError(f"The file '{shown}' does not exist.")
        return path

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


def inside(root: Path, path: str) -> Path:
    return root / posixpath.normpath("/" + path.lstrip("/")).lstrip("/")


def site_packages_of(folder: Path) -> Path:
    return folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"


def make_environment(folder: Path) -> Path:
    """A virtual environment that sees the packages of this Python, so that pip leaves what is there alone, PySpark
    above all; and pip itself comes from there. Returns its interpreter."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=False, symlinks=True)
        paths = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
        (site_packages_of(folder) / "_below.pth").write_text("\n".join(paths) + "\n", encoding="utf-8")
    return python


def readable(error: Exception) -> str:
    """Without Java's frames, and of Ivy's the sentence."""
    said = str(error)
    java = getattr(error, "java_exception", None)
    if java is not None:
        said = str(java.getMessage())
    return said.strip()[:MESSAGE_CHARACTERS_MAX]


def use_environment(site_packages: Path) -> None:
    """Lets this process and those it starts import what is installed there, now or later, before what lies below."""
    sys.path.insert(1, str(site_packages))
    executables = site_packages.parents[2] / "bin"
    os.environ["PATH"] = f"{executables}{os.pathsep}{os.environ.get('PATH', '')}"
