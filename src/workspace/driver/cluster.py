"""The driver of a cluster: one Spark, started once, for runs that attach to it, Spark Connect clients and whatever else
the workspace asks of it. It ends when it is told to, when its JVM is gone, or when nobody has used it for long."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import connect, maven, spark_home
from .catalog import Catalog
from .cluster_control import Control
from .contexts import Contexts
from .environment import Environment
from .init_scripts import InitScriptError, run_init_scripts
from .jar import stop_program
from .libraries import Libraries
from .places import Places
from .session import silence_query_loggers
from .statements import Statements
from .task import write_json
from .usage import Usage
from .warm_java import WarmJava

LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class ClusterTask:
    cluster_id: str
    app_name: str
    master: str
    spark_conf: dict[str, str]
    dbfs_root: Path
    workspace_root: Path
    workspace_home: Path
    init_scripts: list[dict[str, Any]]
    idle_seconds_max: float  # 0: never ends by itself
    libraries: list[str]  # each a JSON text, its identity
    library_folder: Path
    libraries_file: Path
    ready_file: Path
    result_file: Path


def read_cluster_task(asked: dict[str, Any]) -> ClusterTask:
    return ClusterTask(
        cluster_id=asked["cluster_id"],
        app_name=asked["app_name"],
        master=asked["master"],
        spark_conf={key: str(value) for key, value in asked["spark_conf"].items()},
        dbfs_root=Path(asked["dbfs_root"]),
        workspace_root=Path(asked["workspace_root"]),
        workspace_home=Path(asked["workspace_home"]),
        init_scripts=asked["init_scripts"],
        idle_seconds_max=60.0 * asked["autotermination_minutes"],
        libraries=asked["libraries"],
        library_folder=Path(asked["library_folder"]),
        libraries_file=Path(asked["libraries_file"]),
        ready_file=Path(asked["ready_file"]),
        result_file=Path(asked["result_file"]),
    )


def run_cluster(asked: dict[str, Any]) -> int:
    """The exit code: 0 when it was told to end or had been idle, 1 when something broke. The result file says why."""
    task = read_cluster_task(asked)
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    try:
        run_init_scripts(task.init_scripts, task.dbfs_root, task.workspace_root, task.cluster_id)
    except InitScriptError as error:
        return ended(task, "INIT_SCRIPT_FAILURE", "CLIENT_ERROR", str(error), instance_id="local")
    driver = ClusterDriver(task)
    driver.start()
    try:
        return driver.serve(told)
    finally:
        driver.stop()


def ended(task: ClusterTask, code: str, kind: str, message: str, **parameters: str) -> int:
    """Writes why this driver ends by itself."""
    reason = {"code": code, "type": kind, "parameters": parameters}
    write_json(task.result_file, {"reason": reason, "message": message})
    if message:
        print(message, file=sys.stderr)
    return 0 if kind == "SUCCESS" else 1


class ClusterDriver:
    def __init__(self, task: ClusterTask) -> None:
        self.task = task
        self.environment = Environment(task.library_folder)
        self.libraries = Libraries(
            self.environment,
            Places(task.dbfs_root, task.workspace_root),
            lambda: self.spark,
            task.libraries_file,
        )
        self.connect_token = secrets.token_hex(32)
        self.usage = Usage()
        self.catalog = Catalog(task.workspace_home)
        self.spark: Any = None
        self.java: subprocess.Popen[bytes] | WarmJava | None = None

    def start(self) -> None:
        silence_query_loggers()
        maven.use_mirror_of_this_machine()
        conf = self.task.spark_conf | spark_home.take_secret_settings()
        own = connect.settings(self.connect_token, conf.pop("spark.plugins", ""))
        spark_home.prepare(
            spark_home.SparkSpec(
                master=self.task.master,
                app_name=self.task.app_name,
                conf=conf,
                own_conf=own,
                dbfs_root=self.task.dbfs_root,
                python_path=[str(self.environment.site_packages)],
            ),
            Path.cwd(),
        )
        if java := WarmJava.take():
            java.offer()
        from pyspark.sql import SparkSession

        self.spark = SparkSession.builder.getOrCreate()
        self.java = self.spark.sparkContext._gateway.proc
        self.statements = Statements(self.spark, lambda: self.catalog.synchronize(self.spark))
        self.contexts = Contexts(self, self.task.ready_file)
        self.catalog.synchronize(self.spark)
        self.connect = connect.Connect(self.spark, self.connect_token)

    def serve(self, told: threading.Event) -> int:
        control = Control(self)
        control.start()
        self.libraries.request(self.task.libraries)
        write_json(self.task.ready_file, self.endpoints(control))
        self.usage.touch()
        while not told.wait(LOOK_SECONDS) and self.task.ready_file.exists():  # without it the workspace is no more
            if (code := self.java_ended()) is not None:
                return self.report_java(code)
            if self.is_idle():
                minutes = f"{self.task.idle_seconds_max / 60:g}"
                return ended(self.task, "INACTIVITY", "SUCCESS", "", inactivity_duration_min=minutes)
        return 0

    def endpoints(self, control: Control) -> dict[str, Any]:
        gateway = self.spark.sparkContext._gateway.gateway_parameters
        port, token = self.connect.port, self.connect_token
        reached = {
            "connect_port": port,
            "connect_token": token,
            "spark_remote": f"sc://localhost:{port}/;token={token}",
        }
        return {
            "pid": os.getpid(),
            "control_port": control.port,
            "control_token": control.token,
            "gateway": {"port": gateway.port, "secret": gateway.auth_token},
            "spark_version": self.spark.version,
            "packages": [str(self.environment.site_packages)],
        } | (reached if port else {"connect_fault": self.connect.fault})

    def java_ended(self) -> int | None:
        assert self.java is not None
        return self.java.poll()

    def report_java(self, code: int) -> int:
        how = spark_home.how_java_ended(code)
        if code == spark_home.OUT_OF_MEMORY_EXIT:
            return ended(self.task, "DRIVER_OUT_OF_MEMORY", "CLIENT_ERROR", how)
        return ended(self.task, "DRIVER_UNREACHABLE", "CLOUD_FAILURE", how)

    def is_idle(self) -> bool:
        return bool(self.task.idle_seconds_max) and self.idle_seconds() > self.task.idle_seconds_max

    def idle_seconds(self) -> float:
        if self.libraries.is_busy() or self.connect_is_busy():
            self.usage.touch()
        return self.usage.idle_seconds()

    def connect_is_busy(self) -> bool:
        """Also notes when a Spark Connect client was last at work."""
        is_busy, last = self.connect.last_use()
        self.usage.used_at(last)
        return is_busy

    def enter_run(self, run: str, pid: int, libraries: list[dict[str, Any]]) -> str | None:
        """Waits until all libraries are settled, the cluster's too. What went wrong with those the run asked for."""
        self.usage.enter(run, pid)
        asked = [canonical(library) for library in libraries]
        self.libraries.request(asked)
        failed = self.libraries.wait(asked)
        self.libraries.wait_for_all()
        self.catalog.synchronize(self.spark)
        return " ".join(failed) or None

    def end_run(self, run: str) -> None:
        """Whatever the run still has Spark do is cancelled, and the tables it made are kept."""
        for tag in self.usage.leave(run):
            self.spark.sparkContext.cancelJobsWithTag(tag)
        stop_program(self.spark._jvm, run)
        self.catalog.synchronize(self.spark)

    def execute(self, request: dict[str, Any]) -> dict[str, Any]:
        with self.usage:
            outcome = self.statements.execute(request)
            self.catalog.synchronize(self.spark)
        return outcome

    def stop(self) -> None:
        """The JVM at once: what is kept is on the disk already."""
        if self.java is not None:
            self.java.kill()
            self.java.wait()


def canonical(library: Any) -> str:
    return json.dumps(library, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
