"""When to kill: soon after the start, after a time, or after the journal has grown; all of them are drawn."""

import time

PATIENCE = 20  # seconds in which the journal may stand still: a kill comes then, and a last command that hangs is told


class Moment:
    def __init__(self, dice, lines, seconds, journal):
        """Within so many lines and seconds."""
        self.journal = journal
        self.lines, self.delay = dice.choice(
            [
                (0, dice.uniform(0, 0.03)),
                (0, dice.uniform(0, seconds)),
                (dice.randint(1, max(lines, 2)), dice.uniform(0, 0.04)),
            ]
        )

    def arrives(self, child):
        """Waits for the moment; False when the process has ended before."""
        wanted = self.lines and self.count() + self.lines
        patience = time.monotonic() + PATIENCE
        while self.lines and self.count() < wanted and child.poll() is None and time.monotonic() < patience:
            time.sleep(0.002)
        deadline = time.monotonic() + self.delay
        while (left := deadline - time.monotonic()) > 0 and child.poll() is None:
            time.sleep(min(left, 0.02))
        return child.poll() is None

    def count(self):
        return self.journal.read_bytes().count(b"\n")

    def __str__(self):
        return f"{self.lines} lines and {self.delay:.3f} s"
