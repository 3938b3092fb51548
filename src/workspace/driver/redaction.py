"""Keeps the values of secrets out of what a run prints."""

from __future__ import annotations

import sys
from typing import Any, TextIO

REDACTED = "[REDACTED]"


class Redactor:
    """Knows the values that this run has read. A value that is cut into pieces before it is printed is not recognised,
    on Databricks as here."""

    def __init__(self) -> None:
        self._values: list[str] = []

    def learn(self, value: str) -> None:
        if value.strip() and value not in self._values:
            if not self._values:
                self._guard(sys.stdout)
                self._guard(sys.stderr)
            self._values.append(value)
            self._values.sort(key=len, reverse=True)  # a secret that holds another goes first

    def clean(self, text: str) -> str:
        for value in self._values:
            text = text.replace(value, REDACTED)
        return text

    def _guard(self, stream: TextIO) -> None:
        """In place, so that whoever holds the stream already (a logging handler, say) is guarded too."""
        write = stream.write

        def guarded(text: Any) -> int:
            write(self.clean(text) if isinstance(text, str) else text)
            return len(text)

        stream.write = guarded  # type: ignore[method-assign]
