"""What drivers do with Spark's inside, where Spark 3.5 and Spark 4 differ."""

from __future__ import annotations

from typing import Any


def is_elder(version: str) -> bool:
    """Of Spark: before 4."""
    return int(version.partition(".")[0]) < 4


def default_session(context: Any) -> Any:
    """The session in Java that the driver of a cluster has made."""
    sql = context._jvm.org.apache.spark.sql
    kind = sql.SparkSession if is_elder(context.version) else sql.classic.SparkSession
    return kind.getDefaultSession().get()


def tag_all(context: Any, java_session: Any, tag: str) -> list[str]:
    """Whatever Spark does for this process gets a tag, by which it can be cancelled. Which ones it gets.

    Spark 4 marks what goes through a session; jobs beside it have the tag of the thread that asks for them. Spark 3.5
    knows tags of threads only, so that every thread gets it, with its own connection to Java."""
    context.addJobTag(tag)
    if not is_elder(context.version):
        return [tag, java_session.sessionJobTag()]
    client = context._gateway._gateway_client
    connect = client._create_new_connection

    def connect_and_tag() -> Any:
        connection = connect()
        context.addJobTag(tag)
        return connection

    client._create_new_connection = connect_and_tag
    return [tag]
