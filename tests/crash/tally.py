"""What a campaign has done so far."""

import threading
import time

KILLED = ("workspace", "engine", "worker", "processes", "together")
EVERY = 50  # kills between two lines


class Tally:
    def __init__(self):
        self.lock, self.started, self.said = threading.Lock(), time.monotonic(), 0
        self.counts = dict.fromkeys(("kills", *KILLED, "runs", "resumes", "retries", "remote", "lines", "met"), 0)

    @property
    def kills(self):
        return self.counts["kills"]

    def add(self, **counts):
        with self.lock:
            for name, count in counts.items():
                self.counts[name] += count

    def say_now_and_then(self):
        with self.lock:
            if self.kills // EVERY == self.said:
                return
            self.said = self.kills // EVERY
        print(self.total(), flush=True)

    def total(self):
        count = self.counts
        killed = ", ".join(f"{name} {count[name]}" for name in KILLED if count[name])
        return (
            f"{count['kills']} kills{killed and f' ({killed})'}, {count['runs']} runs, "
            f"{count['resumes']} resumes, {count['retries']} retries, {count['remote']} remote runs, "
            f"{count['lines']} audited lines, {count['met']} meetings with a dying worker, "
            f"{time.monotonic() - self.started:.0f} s"
        )
