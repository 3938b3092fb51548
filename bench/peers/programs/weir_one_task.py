"""The smallest durable flow."""

from weir import flow, task


@task
def answer() -> int:
    return 42


@flow
def one():
    answer()


if __name__ == "__main__":
    one()
