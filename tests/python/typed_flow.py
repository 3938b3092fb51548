"""Not run: what type checkers know of flows and tasks. test_types.py has mypy read it. A line that ends with `# wrong:`
and a code must be refused with such an error; any other must be fine."""

from collections.abc import Coroutine, Iterator
from typing import Any

import weir
from typing_extensions import assert_type
from weir import Flow, Future, MappedFuture, Task, flow, task


@task
def load(day: str) -> list[int]:
    return [len(day)]


@task(retries=2, retry_delay=["1s", 2], timeout="5m", cache=weir.Cache(expires="1d"), limits={"db": 2})
def total(rows: list[int]) -> int:
    return sum(rows)


@task
async def fetch(day: str) -> bytes:
    return day.encode()


@task(runner="threads")
async def fetch_slowly(day: str) -> bytes:
    return day.encode()


@task
def pages(day: str) -> Iterator[str]:
    yield day


@task(retries=1)
def other_pages(day: str) -> Iterator[str]:
    yield day


@flow
def daily(day: str, top: int = 5) -> int:
    rows = load(day)
    assert_type(rows, Future[list[int]])
    assert_type(rows.result(), list[int])
    assert_type(total(rows, after=rows, when=weir.If(rows, greater_than=1)), Future[int])
    assert_type(fetch(day).result(timeout=1.5), bytes)
    assert_type(fetch_slowly(day), Future[bytes])
    assert_type(pages(day), Future[list[str]])
    assert_type(other_pages(day), Future[list[str]])
    mapped = load.map(["mon", "tue"])
    assert_type(mapped, MappedFuture[list[int]])
    assert_type(mapped.result(), list[list[int]])
    assert_type(mapped[0], Future[list[int]])
    assert_type(total.map(mapped), MappedFuture[int])
    for future in weir.as_completed(mapped):
        assert_type(future, Future[list[int]])
    for either in weir.as_completed([total(rows), total(rows)]):
        assert_type(either.result(), int)
    assert_type(rows.exception(), weir.TaskFailed | None)
    if rows.state == "succeed":  # wrong: comparison-overlap
        pass
    assert_type(load.with_options(name="again", retries=1)(day), Future[list[int]])
    return total(rows).result()


@flow(timeout="2h", max_runs=1, when_busy="refuse", limits={"db": 1})
async def nightly(day: str) -> int:
    assert_type(await fetch(day), bytes)
    assert_type(await load.map([day]), list[list[int]])
    return daily(day)


assert_type(load, Task[list[int]])
assert_type(task(load.function, name="mine"), Task[Any])
assert_type(daily("mon"), int)
assert_type(daily.resume("fair-river"), int)
assert_type(daily.with_options(max_runs=2)("mon", top=3), int)
coroutine: Coroutine[Any, Any, int] = nightly("mon")
typed: Flow[[str], Coroutine[Any, Any, int]] = nightly

daily(5)  # wrong: arg-type
daily(days="mon")  # wrong: call-arg
_ = daily("mon", top="5")  # wrong: arg-type
load.with_options(retrys=2)  # wrong: call-arg
load.with_options(trigger="most")  # wrong: arg-type


@task(retrys=2)  # wrong: call-overload
def misspelt() -> None: ...


@flow(timeouts="1h")  # wrong: call-overload
def misspelt_too() -> None: ...


def told(change: int) -> None: ...


@task(on_failure=told)  # wrong: arg-type
def tells() -> None: ...
