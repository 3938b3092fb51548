"""Every policy in Python: the flows of the YAML files beside this one, and what only a body can do. Above each stand
the command that runs it and what comes of it."""

import os
import sys
import time

import weir
from weir import Future, flow, task
from weir.hooks import StateChange


@task
def done() -> str:
    return "done"


@task
def broken() -> int:
    raise RuntimeError("HTTP 503")


@task
def give(n: int) -> int:
    return n


@task
def nap(milliseconds: int) -> int:
    time.sleep(milliseconds / 1000)
    return milliseconds


@task
def flaky() -> None:
    """Succeeds at the third attempt."""
    if weir.context().attempt < 3:
        raise OSError("not yet")


@task
def stuck() -> None:
    """Never ends by itself."""
    while True:
        time.sleep(0.001)


@task
def total(numbers: list[int]) -> int:
    return sum(numbers)


# $ weir run policies.py:retries
#   flaky     succeeded, 3 attempts
#   hopeless  failed, 1 attempt
#   run       failed
@task(retries=3)
def hopeless() -> None:
    weir.fail("wrong password")


@flow
def retries() -> None:
    flaky.with_options(retries=3)()
    hopeless()


# $ weir run policies.py:retry_delays
#   steady   succeeded, 3 attempts
#   patient  succeeded, 3 attempts
#   growing  succeeded, 3 attempts
@flow
def retry_delays() -> None:
    flaky.with_options(name="steady", retries=2, retry_delay="10ms")()
    flaky.with_options(name="patient", retries=2, retry_delay=["1ms", "10ms"])()
    growing = flaky.with_options(name="growing", retries=2, retry_delay="5ms", retry_backoff=2)
    growing.with_options(retry_delay_max="15ms", retry_jitter=0.2)()


# $ weir run policies.py:retry_on
#   busy      failed, 3 attempts
#   wrong     failed, 1 attempt
#   class     failed, 3 attempts
#   chosen    failed, 1 attempt
#   hopeless  failed, 1 attempt
@flow
def retry_on() -> None:
    broken.with_options(name="busy", retries=2, retry_on="*HTTP 5*")()
    broken.with_options(name="wrong", retries=2, retry_on="timeout")()
    broken.with_options(name="class", retries=2, retry_on=[OSError, RuntimeError])()
    broken.with_options(name="chosen", retries=2, retry_on=lambda error: "HTTP 4" in str(error))()
    broken.with_options(name="hopeless", retries=2, never_retry_on="RuntimeError: *")()


# $ weir run policies.py:timeout
#   stuck   failed, 2 attempts
#   done    upstream_failed
@flow
def timeout() -> None:
    late = stuck.with_options(retries=1, timeout="30ms")()
    done(after=late)


# $ weir run policies.py:run_timeout
#   stuck   cancelled
#   later   cancelled
#   clean   succeeded
#   run     failed
@flow(timeout="1s")
def run_timeout() -> None:
    late = stuck()
    done.with_options(name="later")(after=late)
    done.with_options(name="clean", cleanup=True)(after=late)


# $ weir run policies.py:trigger
#   all_success  upstream_failed
#   all_done     succeeded
#   one_failed   succeeded
#   two          succeeded
@flow
def trigger() -> None:
    one, two, failed = give(1), give(2), broken()
    done.with_options(name="all_success")(after=[one, failed])
    done.with_options(name="all_done", trigger="all_done")(after=[one, failed])
    done.with_options(name="one_failed", trigger="one_failed")(after=[one, failed])
    done.with_options(name="two", trigger={"at_least": 2})(after=[one, two, failed])


# $ weir run policies.py:when
#   full    skipped
#   quick   succeeded
#   report  succeeded
# $ weir run policies.py:when -p rows=5000
#   full    succeeded
#   quick   skipped
#   report  succeeded
@flow
def when(rows: int = 10) -> None:
    count = give(rows)
    full = done.with_options(name="full")(when=weir.If(count, greater_than=1000))
    quick = done.with_options(name="quick")(when=weir.If(count, less_than=1000))
    done.with_options(name="report", trigger="none_failed")(after=[full, quick])


# $ weir run policies.py:skip
#   fetch   skipped, 1 attempt
#   done    skipped
#   run     succeeded
@task
def fetch() -> None:
    weir.skip("no new files")


@flow
def skip() -> None:
    done(after=fetch())


# $ weir run policies.py:cleanup
#   broken  failed
#   stop    succeeded
#   run     failed
@flow
def cleanup() -> None:
    cluster = done.with_options(name="start")()
    work = broken(after=cluster)
    done.with_options(name="stop", cleanup=True)(after=[cluster, work])


# $ weir run policies.py:may_fail
#   broken  failed
#   run     succeeded
@flow
def may_fail() -> None:
    broken.with_options(may_fail=True)()


# $ weir run policies.py:mapping
#   give     succeeded
#   give[2]  succeeded = 3
#   total    succeeded = 6
@task(name="list")
def list_numbers() -> list[int]:
    return [1, 2, 3]


@flow
def mapping() -> None:
    total(give.map(list_numbers()))


# $ weir run policies.py:map_chain
#   give[0]  ends before nap[1]
#   total    succeeded = 1010
@flow
def map_chain() -> None:
    total(give.map(nap.map([10, 1000])))


# $ weir run policies.py:map_together
#   line[0]  succeeded = "mon: 3 rows"
#   line[1]  succeeded = "tue: 5 rows"
@task
def line(day: str, rows: int, unit: str) -> str:
    return f"{day}: {rows} {unit}"


@flow
def map_together() -> None:
    line.map(["mon", "tue"], give.map([3, 5]), "rows")


# $ weir run policies.py:cache
#   load   succeeded
# $ weir run policies.py:cache
#   load   succeeded, cached
# $ weir run policies.py:cache -p day=tue
#   load   succeeded
# $ weir run policies.py:cache --refresh
#   load   succeeded
@task(cache=weir.Cache(expires="1d"))
def load(day: str) -> str:
    return f"rows of {day}"


@flow
def cache(day: str = "mon") -> None:
    load(day)


# $ weir run policies.py:persist
#   rows   succeeded
#   third  succeeded = "row 2"
@task(persist=True)
def rows() -> list[str]:
    return [f"row {i}" for i in range(120_000)]


@task
def third(rows: list[str]) -> str:
    return rows[2]


@flow
def persist() -> None:
    third(rows())


# $ weir run policies.py:cache_key -p who=ann
#   query   succeeded
# $ weir run policies.py:cache_key -p who=bob
#   query   succeeded, cached
@task(cache=weir.Cache(key=lambda day, who: f"rows/{day}", version="source"))
def query(day: str, who: str) -> str:
    return f"rows of {day}"


@flow
def cache_key(day: str = "mon", who: str = "me") -> None:
    query(day, who)


# $ weir run policies.py:limits
#   alone   succeeded
#   run     succeeded
@task(limits="database")
def alone(number: int) -> None:
    os.mkdir("alone")  # fails when two are here at once
    time.sleep(0.01)
    os.rmdir("alone")


@flow(limits={"database": 1})
def limits() -> None:
    alone.map([1, 2, 3])


# $ weir run policies.py:priority
#   urgent  ends before normal
#   normal  ends before later
@flow(limits={"machine": 1})
def priority() -> None:
    start = nap(200)  # until all are declared
    work = nap.with_options(limits="machine")
    work.with_options(name="later", priority=-1)(10, after=start)
    work.with_options(name="normal")(10, after=start)
    work.with_options(name="urgent", priority=10)(10, after=start)


# $ weir run policies.py:max_runs &
#   run   succeeded
# $ weir run policies.py:max_runs
#   run   succeeded
@flow(limits={"room": 5}, max_runs=1, when_busy="queue")
def max_runs() -> None:
    alone.with_options(limits={"room": 1})(1)


# $ weir run policies.py:body
#   give-3  succeeded = 50
#   run     succeeded
@flow
def body() -> None:
    slowest = 0
    for ended in weir.as_completed([nap(50), nap(1)]):
        slowest = ended.result()
    failed = broken.with_options(may_fail=True)()
    weir.wait([give(1), failed])
    if failed.state == "failed":
        give(2)
    give(slowest)


# $ weir run policies.py:subflow
#   mapping.total  succeeded = 6
#   north.give     succeeded = 7
#   total          succeeded = 13
@flow
def north() -> Future[int]:
    return give(7)


@flow
def subflow() -> None:
    mapping()
    total([6, north().result()])


# $ weir run policies.py:hooks
#   run   failed
def alert(change: StateChange) -> None:
    print(f"alert: {change.flow} {change.task} {change.state}: {change.why}", file=sys.stderr)


@task(on_retry=alert, on_failure=alert, retries=1)
def doomed() -> None:
    raise RuntimeError("HTTP 503")


@flow(on_failure=alert)
def hooks() -> None:
    doomed()


# $ weir run policies.py:processes
#   heavy   succeeded = 499999500000
@task(runner="processes")
def heavy(numbers: int) -> int:
    return sum(range(numbers))


@flow
def processes() -> None:
    heavy(1_000_000)
