"""Everything the audit of a run looks at. Most of it was not written by weir."""

from dataclasses import dataclass, field
from typing import NamedTuple


class Line(NamedTuple):
    """One of the journal: begin, fail, end or overlap. Of a remote run: attempt is "remote", token its remote id."""

    what: str
    run: str
    name: str
    attempt: str
    token: str


class Told(NamedTuple):
    """weir has said that these tasks succeeded when the journal had so many lines."""

    names: list
    lines: int


@dataclass
class Evidence:
    plan: object
    run: str
    journal: list
    history: list  # of records.Fact
    remote: list  # of records.RemoteRun
    state: str  # of the run, as weir shows it
    states: dict  # of the tasks and elements
    told: list = field(default_factory=list)
    mended: bool = False
    cancelled: bool = False  # somebody asked for it, and nobody retried the run since
    exit_code: int = 0
    children: dict = field(default_factory=dict)  # key of a task, to the Evidence of its child runs


def read_journal(file):
    return [Line(*line.split(" ")) for line in file.read_text().splitlines()]
