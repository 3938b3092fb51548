"""The command line of spark-submit: options, the program, and the program's own arguments."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from .java_command import FLAGS

FILES = ("--jars", "--py-files", "--files", "--archives", "--properties-file")  # options whose value names files
WITH_EQUALS = re.compile(r"(--[^=]+)=(.+)", re.DOTALL)


class OptionError(Exception):
    """What is wrong with the command line."""


@dataclass
class CommandLine:
    options: list[tuple[str, str | None]] = field(default_factory=list)  # in their order; None for a flag
    program: str = ""
    arguments: list[str] = field(default_factory=list)

    def value_of(self, *names: str) -> str | None:
        """The last one counts, as spark-submit has it."""
        return next((value for name, value in reversed(self.options) if name in names), None)

    def words(self) -> list[str]:
        options = [word for option in self.options for word in option if word is not None]
        return [*options, *([self.program] if self.program else []), *self.arguments]


def parse(words: list[str]) -> CommandLine:
    """All after the first word that is no option belongs to the program."""
    line = CommandLine()
    rest = iter(words)
    for word in rest:
        joined = WITH_EQUALS.fullmatch(word)
        if joined:
            line.options.append((joined[1], joined[2]))
        elif word in FLAGS:
            line.options.append((word, None))
        elif word.startswith("-"):
            value = next(rest, None)
            if value is None:
                raise OptionError(f"{word} of spark-submit has no value behind it.")
            line.options.append((word, value))
        else:
            line.program = word
            line.arguments = list(rest)
    return line


def with_files(line: CommandLine, local: Callable[[str], str]) -> CommandLine:
    """The same, with what names files replaced by what `local` makes of each. A name behind a # stays."""

    def replaced(value: str) -> str:
        parts = [part.partition("#") for part in value.split(",")]
        return ",".join(local(path) + mark + name for path, mark, name in parts)

    options = [(name, replaced(value) if value and name in FILES else value) for name, value in line.options]
    return CommandLine(options, local(line.program), line.arguments)
