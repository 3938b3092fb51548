"""A driver that is started ahead: its JVM has run Spark once and stopped it again, and it waits for what it is to do.

Its standard input is a socket of the workspace's server. It says "ready" there, and is given its order, a line of
JSON. Then it becomes the driver of that order by executing itself again: same process, same JVM, nothing else of the
wait. When the server goes without an order, so does this.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any, NoReturn

from . import maven, spark_home
from .warm_java import WARM_JAVA, WarmJava

MAIN = Path(__file__).with_name("main.py")
SERVER = 0  # the descriptor of the socket
TREE = "WEIR_TREE"  # by which the supervisor knows its own


class Order:
    """What the server will send. Ends the process when nothing can come any more."""

    def __init__(self) -> None:
        self._told = threading.Event()
        self._order: dict[str, Any] = {}
        threading.Thread(target=self._read, daemon=True).start()

    def has_come(self) -> bool:
        return self._told.is_set()

    def wait(self) -> dict[str, Any]:
        self._told.wait()
        return self._order

    def _read(self) -> None:
        with os.fdopen(SERVER, "rb", closefd=False) as server:
            line = server.readline()
        if not line.endswith(b"\n"):
            os._exit(0)  # whatever the other thread is at; the supervisor sees to the JVM
        self._order = json.loads(line)
        self._told.set()


def wait_for_order() -> NoReturn:
    order = Order()
    maven.use_mirror_of_this_machine()
    java = start_java(order)
    with contextlib.suppress(OSError):  # the server closes its end when it has sent the order, which may be by now
        os.write(SERVER, b"ready\n")
    become_driver(order.wait(), java)


def start_java(order: Order) -> WarmJava:
    """Whoever is asked for already goes without what of the warming up is left."""
    spark_home.prepare(
        spark_home.SparkSpec(
            master="local[1]", app_name="waiting", conf={}, dbfs_root=Path.cwd() / ".spark" / "warming"
        ),
        Path.cwd(),
    )
    from pyspark import SparkContext
    from pyspark.java_gateway import launch_gateway

    gateway: Any = launch_gateway()  # type: ignore[no-untyped-call]
    if not order.has_come():
        SparkContext._ensure_initialized(gateway=gateway)
        warm_up()
        gateway.jvm.org.apache.hadoop.fs.FileSystem.closeAll()  # they know the settings of this Spark
        gateway.jvm.java.lang.System.gc()
    process, reached = gateway.proc, gateway.gateway_parameters
    return WarmJava(process.pid, reached.port, reached.auth_token, os.dup(process.stdin.fileno()))


def warm_up() -> None:
    """Goes once where most jobs go, so that Java has loaded and compiled it."""
    from pyspark.sql import SparkSession
    from pyspark.sql.functions import udf

    spark = SparkSession.builder.getOrCreate()
    frame = spark.createDataFrame([(1, "a"), (2, "b"), (3, "a")], ["n", "letter"])
    frame.write.mode("overwrite").parquet("dbfs:/rows")
    spark.read.parquet("dbfs:/rows").createOrReplaceTempView("rows")
    spark.sql("SELECT letter, sum(n) AS total FROM rows GROUP BY letter ORDER BY total").collect()
    spark.range(1).select(udf(lambda n: n + 1, "long")("id")).collect()
    spark.stop()


def become_driver(order: dict[str, Any], java: WarmJava) -> NoReturn:
    """The streams are the run's from here on; what the warming up said in them is not."""
    for stream in (sys.stdout.fileno(), sys.stderr.fileno()):
        os.ftruncate(stream, 0)
    log = Path("spark.log")
    if log.exists():
        os.truncate(log, 0)
    java.pass_on(order["cold_settings"])
    if order["mark"]:
        Path(order["mark"]).touch()
    environment = dict(line.split("=", 1) for line in order["environment"])
    environment |= {name: os.environ[name] for name in (TREE, WARM_JAVA) if name in os.environ}
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, SERVER)
    os.close(nothing)
    os.execve(sys.executable, [sys.executable, "-u", str(MAIN), order["task_file"]], environment)
