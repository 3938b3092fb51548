"""Attaches this Python process to the Spark of a running cluster, in whose JVM it gets a session of its own.

PySpark can connect to a JVM it did not start, but takes for granted that the JVM has no SparkContext yet. So the
context and the session are made here, from those that the JVM has, before the user's code can ask for them.
"""

from __future__ import annotations

import os
from typing import Any

from .spark_kinds import default_session, tag_all


def attach(gateway: dict[str, Any], run: str, python_path: list[str]) -> list[str]:
    """The tags of all that Spark does for this process, so that it can be ended with it."""
    os.environ["PYSPARK_GATEWAY_PORT"] = str(gateway["port"])
    os.environ["PYSPARK_GATEWAY_SECRET"] = gateway["secret"]
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    connection: Any = launch_gateway()  # type: ignore[no-untyped-call]
    SparkContext._ensure_initialized(gateway=connection)
    jvm: Any = connection.jvm
    java_context = jvm.JavaSparkContext.fromSparkContext(jvm.org.apache.spark.SparkContext.getOrCreate())
    context = SparkContext(gateway=connection, jsc=java_context, conf=SparkConf(_jconf=java_context.getConf()))
    context.environment["PYTHONPATH"] = os.pathsep.join(python_path)
    java_session = default_session(context).newSession()
    session = SparkSession(context, java_session)
    keep_running(context, session)
    return tag_all(context, java_session, f"weir-run-{run}")


def keep_running(context: Any, session: Any) -> None:
    """`spark.stop()` at the end of a script ends the script's own Spark. This one is the cluster's: it stays."""
    for owner in (context, session):
        type(owner).stop = lambda self: None
