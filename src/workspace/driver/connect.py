"""The Spark Connect server of a cluster. Spark 4 brings it and starts it by itself. That of Spark 3.5 is a library of
Maven's, and knows no token: it is fetched when a cluster starts, and started with a door of our own."""

from __future__ import annotations

import sys
import time
from typing import Any

from . import maven
from .java_source import compiled
from .libraries import readable
from .spark_home import installed_pyspark
from .spark_kinds import is_elder

PLUGIN = "org.apache.spark.sql.connect.SparkConnectPlugin"


def settings(token: str, plugins: str) -> dict[str, str]:
    """What Spark has to be told before it starts. `plugins` are the user's own."""
    if not has_plugin():
        return {"spark.plugins": plugins} if plugins else {}
    return {
        "spark.plugins": ",".join(filter(None, [PLUGIN, plugins])),
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": "0",
        "spark.connect.authenticate.token": token,
    }


def has_plugin() -> bool:
    """One that asks for the token, in the pyspark that is installed: jars are named spark-connect_2.13-4.1.4.jar."""
    jars = (installed_pyspark() / "jars").glob("spark-connect_*.jar")
    return any(not is_elder(jar.stem.rpartition("-")[2]) for jar in jars)


class Connect:
    """Of a Spark that has started."""

    def __init__(self, spark: Any, token: str) -> None:
        self._spark = spark
        self.fault = ""  # why there is none
        self.port = self._open(token)

    def _open(self, token: str) -> int:
        """0 without one: the cluster is of use to its runs and statements all the same."""
        spark = self._spark
        if not is_elder(spark.version):
            return int(self._service().localPort())
        coordinates = f"org.apache.spark:spark-connect_{scala_version(spark._jvm)}:{spark.version}"
        try:
            if not list((installed_pyspark() / "jars").glob("spark-connect_*.jar")):
                for jar in maven.resolve(spark._jvm, coordinates, None, []):
                    maven.add_jar(spark, jar)
            return int(compiled(spark._jvm, "ConnectDoor").open(token))
        except Exception as error:  # whatever Ivy or Java say
            self.fault = f"Spark {spark.version} needs {coordinates} for Spark Connect: {readable(error)}"
            print(self.fault, file=sys.stderr)
            return 0

    def last_use(self) -> tuple[bool, float]:
        """Whether a client is at work now, and when one was last, as time.time() counts: 0 for never."""
        if not self.port:
            return False, 0
        active = self._service().executionManager().listActiveExecutions()
        if active.isRight():
            return True, time.time()
        when = active.left().get()
        if is_elder(self._spark.version):  # milliseconds since 1970, and not those of Java's clock for intervals
            return False, when / 1e3
        return False, time.time() - (self._spark._jvm.java.lang.System.nanoTime() - when) / 1e9

    def _service(self) -> Any:
        """Scala's object of that name, whose methods have no static twins."""
        return getattr(
            getattr(self._spark._jvm.org.apache.spark.sql.connect.service, "SparkConnectService$"), "MODULE$"
        )


def scala_version(jvm: Any) -> str:
    """ "2.12" """
    return ".".join(jvm.scala.util.Properties.versionNumberString().split(".")[:2])
