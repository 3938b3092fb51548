"""This run's Spark: one of its own, prepared at once, started by whoever first needs it and stopped when the process
ends; or that of the cluster the run is attached to, which stays."""

from __future__ import annotations

import contextlib
import logging
import shutil
import subprocess
import sys
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

from . import spark_home
from .attach import attach
from .catalog import Catalog
from .cluster_link import ClusterLink
from .late import when_imported
from .names import expects
from .task import Task, write_json
from .warm_java import WarmJava

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


JAVA_END_SECONDS_MAX = 2  # from the end of its connections to the end of a JVM


class SilentLogger(logging.Logger):
    """PySpark logs each exception of SQL to stderr before raising it, as JSON with two Java stack traces."""

    def exception(self, *_: object, **__: object) -> None:
        pass


def silence_query_loggers() -> None:
    """Takes the names before PySpark does."""
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        logging.Logger.manager.loggerDict[name] = SilentLogger(name)


class Session:
    """Code that never mentions Spark never pays for a JVM."""

    def __init__(self, task: Task, run_folder: Path, cluster: ClusterLink | None, packages: list[Path]) -> None:
        silence_query_loggers()
        self.home: Path | None = None
        python_path = [*task.code_folders, *map(str, packages)]
        self.catalog = Catalog(task.workspace_home) if task.workspace_home.parts else None
        self.attached_to = task.attach_to
        self.packages = packages
        if cluster is not None:
            run = task.context.get("task_run_id", "")
            cluster.ask("/runs/session", {"run": run, "tags": attach(cluster.gateway, run, python_path)})
            return
        if self.catalog is not None:
            when_imported("pyspark.sql.session", self.know_tables)
        self.home = spark_home.prepare(
            spark_home.SparkSpec(
                master=task.master,
                app_name=task.app_name,
                conf=task.spark_conf | spark_home.take_secret_settings(),
                dbfs_root=task.dbfs_root,
                python_path=python_path,
            ),
            run_folder,
        )
        if java := WarmJava.take():
            java.offer()

    def know_tables(self, module: ModuleType) -> None:
        """Whoever makes the first session in this process, finds the tables of the workspace in it."""
        catalog, make = self.catalog, module.SparkSession.__init__
        assert catalog is not None

        def make_and_know(session: SparkSession, *arguments: Any, **options: Any) -> None:
            make(session, *arguments, **options)
            if not catalog.is_known:
                catalog.synchronize(session)

        module.SparkSession.__init__ = make_and_know

    @property
    def spark(self) -> SparkSession:
        """The session of this process, started when there is none yet: the same one that
        `SparkSession.builder.getOrCreate()` gives anywhere in the user's code."""
        from pyspark.sql import SparkSession

        return SparkSession.builder.getOrCreate()

    def provide_names(self, code: CodeType, namespace: dict[str, Any]) -> None:
        """Defines `spark` and `sc` in `namespace` if `code` expects them to be there."""
        if "spark" not in namespace and expects(code, "spark"):
            namespace["spark"] = self.spark
        if "sc" not in namespace and expects(code, "sc"):
            namespace["sc"] = self.spark.sparkContext

    def link_file(self, folder: Path) -> Path:
        """What another process needs to attach itself to this run's Spark, which is started if need be."""
        if self.attached_to is not None:
            return self.attached_to
        spark: Any = self.spark
        gateway = spark.sparkContext._gateway.gateway_parameters
        file = folder / "link.json"
        told = {
            "gateway": {"port": gateway.port, "secret": gateway.auth_token},
            "packages": [str(path) for path in self.packages],
        }
        write_json(file, told)
        return file

    def how_java_ended(self) -> str:
        """Why Spark does not answer any more; nothing while it could."""
        context = getattr(sys.modules.get("pyspark"), "SparkContext", None)
        if self.home is None or context is None or context._gateway is None:
            return ""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return spark_home.how_java_ended(context._gateway.proc.wait(timeout=JAVA_END_SECONDS_MAX))
        return ""

    def stop(self) -> None:
        """Ends a Spark of our own in good order, so that a cluster sees the application finish, and the JVM at once
        after."""
        if self.home is None:
            return
        pyspark = sys.modules.get("pyspark")
        context = getattr(pyspark, "SparkContext", None)
        if context is not None and context._gateway is not None:
            java: subprocess.Popen[bytes] | WarmJava = context._gateway.proc
            if context._active_spark_context is not None and java.poll() is None:
                if self.catalog is not None and self.catalog.is_known:
                    self.catalog.synchronize(self.spark)
                context._active_spark_context.stop()
            logging.disable()  # Py4J's own thread would report that the JVM is gone
            java.kill()
            java.wait()
        shutil.rmtree(self.home, ignore_errors=True)
