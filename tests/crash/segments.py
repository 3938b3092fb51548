"""A history in its segments: from the start, or from a retry of the finished run, to the next end of the run."""

from dataclasses import dataclass, field

from records import FAILED, FINISHED, REOPENED, STARTED, SUCCEEDED


@dataclass
class Segment:
    plan: object
    before: set  # the names that had succeeded, and that nothing has opened again
    facts: list = field(default_factory=list)
    state: str = ""  # in which the run ended
    is_first: bool = False

    def of_type(self, type_):
        return [fact.name for fact in self.facts if fact.type == type_]

    def again_after_success(self):
        done = set(self.before)
        for fact in self.facts:
            if fact.type == SUCCEEDED:
                done.add(fact.name)
            if fact.type == STARTED and fact.name in done:
                yield f"attempt {fact.number} of {fact.name} was started after a success was recorded"

    def out_of_turn(self):
        """Whatever the trigger waits for, all of it: nothing of that starts once the task itself has started."""
        begun = set()
        for name in self.of_type(STARTED):
            for late in begun:
                if name in self.plan.awaited(late) and self.plan.task_of(late).trigger != "one_failed":
                    yield f"{late} was started before {name}, which it waits for"
            begun.add(name)

    def miscounted(self):
        """A task that fails for good has used up its retries; one that succeeds failed no more often than it does."""
        failed, succeeded = self.of_type(FAILED), self.of_type(SUCCEEDED)
        for name in set(failed + succeeded):
            behaviour, retries = self.plan.behaviour_of(name), self.plan.task_of(name).retries
            times, remote = failed.count(name), self.plan.task_of(name).is_remote
            if name not in succeeded and self.state != "cancelled" and times != retries + 1:
                yield f"{name} failed {times} times with {retries} retries"
            if name in succeeded:
                own = int(behaviour.removeprefix("flaky")) if behaviour.startswith("flaky") else 0
                if times > own or (remote and self.is_first and times != own):
                    yield f"{name}, which is {behaviour}, has {times} failures and then succeeded"


def segments_of(evidence):
    segments = [Segment(evidence.plan, set(), is_first=True)]
    for fact in evidence.history:
        if fact.type == REOPENED:
            segments.append(Segment(evidence.plan, kept(segments[-1])))
        segments[-1].facts.append(fact)
        if fact.type == FINISHED:
            segments[-1].state = fact.body["state"]
    return segments


def kept(segment):
    """What a retry must not touch: successes that follow from nothing that did not succeed."""
    succeeded = segment.before | set(segment.of_type(SUCCEEDED))
    plan = segment.plan
    opened = {key for key, task in plan.tasks.items() if not succeeded.issuperset(plan.elements(task))}
    touched = plan.downstream_of(opened)
    untouched = {key for key in plan.tasks if not touched.intersection(plan.upstreams(key))}
    return {name for name in succeeded if plan.task_of(name).key in untouched}
