"""What a campaign has done so far."""

import threading
import time

EVERY = 50  # kills between two lines


class Tally:
    def __init__(self):
        self.lock, self.started, self.said = threading.Lock(), time.monotonic(), 0
        self.counts = dict.fromkeys(("kills", "workspace_kills", "runs", "resumes", "retries", "remote", "lines"), 0)

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
        return (
            f"{count['kills']} kills ({count['workspace_kills']} of the workspace), {count['runs']} runs, "
            f"{count['resumes']} resumes, {count['retries']} retries, {count['remote']} remote runs, "
            f"{count['lines']} audited lines, {time.monotonic() - self.started:.0f} s"
        )
