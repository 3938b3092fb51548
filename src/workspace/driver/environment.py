"""The virtual environment of one run or cluster: it lies over the workspace's Python and holds what pip installs."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Sequence
from pathlib import Path


class Environment:
    """Made on disk when something is installed into it first; its packages can be imported from then on."""

    def __init__(self, folder: Path, below: Sequence[Path] = ()) -> None:
        self._folder = folder
        self._below = list(below)  # the packages of what it lies over, besides those of this Python

    @property
    def site_packages(self) -> Path:
        return self._folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"

    def make(self) -> Path:
        """It sees the packages of this Python, so that pip leaves what is there alone, PySpark above all; and pip
        itself comes from there. Returns its interpreter."""
        python = self._folder / "bin" / "python"
        if not python.exists():
            venv.create(self._folder, with_pip=False, symlinks=True)
            paths = [*map(str, self._below), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
            below = "\n".join(dict.fromkeys(paths))
            (self.site_packages / "_below.pth").write_text(below + "\n", encoding="utf-8")
        return python

    def pip(self, arguments: Sequence[str], seconds_max: float | None = None) -> subprocess.CompletedProcess[str]:
        command = [str(self.make()), "-m", "pip", *arguments]
        options = {"PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_PYTHON_VERSION_WARNING": "1"}
        done = subprocess.run(
            command,
            env=os.environ | options,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds_max,
        )
        importlib.invalidate_caches()
        return done

    def forget_modules(self) -> None:
        """Those that were imported from here: what was installed since is found in their place."""
        inside = str(self.site_packages)
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", None) or "").startswith(inside):
                del sys.modules[name]
        importlib.invalidate_caches()


def use_packages(site_packages: Path) -> None:
    """Lets this process and those it starts import what is installed there, now or later, before what lies below."""
    site_packages.mkdir(parents=True, exist_ok=True)  # Python never looks again where it found nothing once
    sys.path.insert(1, str(site_packages))
    os.environ["PATH"] = f"{site_packages.parents[2] / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
