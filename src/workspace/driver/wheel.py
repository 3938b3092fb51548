"""Calls the entry point of a Python package: the one that its metadata name so, or else the package's own attribute."""

from __future__ import annotations

import difflib
import importlib
import importlib.metadata
import sys
from collections.abc import Callable
from typing import Any

from .dbutils import DBUtils
from .session import Session
from .task import Task


class EntryPointError(Exception):
    """There is nothing to call; the message says what there is instead."""


def run_wheel(task: Task, session: Session, dbutils: DBUtils) -> None:
    """Raises what the function raises. What it returns has no meaning, as on Databricks."""
    sys.argv = [task.shown_path, *task.arguments]
    entry_point(task.shown_path, task.entry_point)()


def entry_point(package: str, name: str) -> Callable[[], Any]:
    named = entry_points_of(package)
    if name in named:
        return named[name].load()
    module_name = package.replace("-", "_")
    try:
        found: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name != module_name.partition(".")[0]:
            raise
        raise EntryPointError(missing(f"There is no package '{package}'", package, installed_packages())) from None
    for part in name.split("."):
        if not hasattr(found, part):
            known = [*named, *(one for one in vars(found) if callable(getattr(found, one)))]
            raise EntryPointError(missing(f"The package '{package}' has no entry point '{name}'", name, known))
        found = getattr(found, part)
    return found


def entry_points_of(package: str) -> dict[str, importlib.metadata.EntryPoint]:
    try:
        return {point.name: point for point in importlib.metadata.distribution(package).entry_points}
    except importlib.metadata.PackageNotFoundError:
        return {}


def installed_packages() -> list[str]:
    return [one.metadata["Name"] for one in importlib.metadata.distributions()]


def missing(sentence: str, name: str, known: list[str]) -> str:
    nearest = difflib.get_close_matches(name, known, n=1)
    return f"{sentence}: did you mean '{nearest[0]}'?" if nearest else f"{sentence}. Are the task's libraries complete?"
