"""dbutils.widgets: named inputs of a notebook. A parameter of the run wins over the default of a widget."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterator, Sequence


class InputWidgetNotDefined(Exception):
    """Databricks calls it so too."""


class Widgets:
    """Parameters of the run count as widgets from the start, as on Databricks."""

    def __init__(self, parameters: dict[str, str]) -> None:
        self._parameters = dict(parameters)
        self._defaults: dict[str, str] = {}

    def text(self, name: str, defaultValue: str, label: str | None = None) -> None:  # noqa: N803
        self._define(name, defaultValue)

    def dropdown(self, name: str, defaultValue: str, choices: Sequence[str], label: str | None = None) -> None:  # noqa: N803
        self._choose(name, defaultValue, choices)

    def combobox(self, name: str, defaultValue: str, choices: Sequence[str], label: str | None = None) -> None:  # noqa: N803
        self._define(name, defaultValue)

    def multiselect(self, name: str, defaultValue: str, choices: Sequence[str], label: str | None = None) -> None:  # noqa: N803
        self._choose(name, defaultValue, choices)

    def get(self, name: str) -> str:
        values = self.getAll()
        if name not in values:
            raise InputWidgetNotDefined(self._not_defined(name, sorted(values)))
        return values[name]

    def getArgument(self, name: str, defaultValue: str | None = None) -> str:  # noqa: N802, N803
        return self.getAll().get(name, defaultValue) if defaultValue is not None else self.get(name)

    def getAll(self) -> dict[str, str]:  # noqa: N802
        return {**self._defaults, **self._parameters}

    @contextlib.contextmanager
    def over(self, parameters: dict[str, str]) -> Iterator[None]:
        """For as long as another notebook runs in this one: these win."""
        before = self._parameters
        self._parameters = {**before, **parameters}
        try:
            yield
        finally:
            self._parameters = before

    def remove(self, name: str) -> None:
        self.get(name)
        self._defaults.pop(name, None)
        self._parameters.pop(name, None)

    def removeAll(self) -> None:  # noqa: N802
        self._defaults.clear()
        self._parameters.clear()

    def _define(self, name: str, default: str) -> None:
        if not isinstance(default, str):
            raise TypeError(f"the default of widget '{name}' must be a string, not {type(default).__name__}")
        self._defaults[name] = default

    def _choose(self, name: str, default: str, choices: Sequence[str]) -> None:
        if default not in choices:
            raise ValueError(f"the default of widget '{name}', '{default}', is not among its choices: {list(choices)}")
        self._define(name, default)

    def _not_defined(self, name: str, known: list[str]) -> str:
        nearest = difflib.get_close_matches(name, known, n=1)
        meant = f" Did you mean '{nearest[0]}'?" if nearest else ""
        there_are = f" Defined here: {', '.join(known)}." if known else " None is defined."
        return f"No input widget named {name} is defined.{meant}{there_are}"
