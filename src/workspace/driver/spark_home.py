"""A Spark home of this run's own, so that any SparkSession the user's code makes is the one the task asked for.

SPARK_HOME and SPARK_CONF_DIR are how PySpark finds both. The home mirrors the installed pyspark with links, except
for bin/spark-submit, which is ours: Spark's starts a second JVM only to compute a command line, and prints a warning
for an incubating Java module that nothing here uses.
"""

from __future__ import annotations

import importlib.util
import os
import shlex
import sys
from pathlib import Path

from .task import Task

LOG4J = """\
# Messages of errors go to the run's output; warnings too go to spark.log, with stack traces.
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
rootLogger.appenderRef.file.ref = file
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.filter.threshold.type = ThresholdFilter
appender.console.filter.threshold.level = error
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n%ex{none}
appender.file.type = File
appender.file.name = file
appender.file.fileName = ${sys:weir.spark.log}
appender.file.createOnDemand = true
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{ISO8601} %p %c{1}: %m%n%ex
# The gateway takes its own level for a shell's wish and would announce a change of the root's.
logger.gateway.name = org.apache.spark.api.python.PythonGatewayServer
logger.gateway.level = warn
# Says in two stack traces what the exception in Python says already.
logger.writer.name = org.apache.spark.sql.execution.datasources.FileFormatWriter
logger.writer.level = off
"""


def prepare(task: Task, run_folder: Path) -> Path:
    """Makes the home below `run_folder`, points this process's environment at it and returns it. Starts nothing."""
    home = run_folder / ".spark"
    configuration = home / "conf"
    (home / "bin").mkdir(parents=True)
    configuration.mkdir()
    (home / "tmp").mkdir()
    for part in installed_pyspark().iterdir():
        if part.name in ("jars", "python", "data", "sbin", "licenses", "examples"):
            (home / part.name).symlink_to(part)
    write_submit_script(home / "bin" / "spark-submit")
    (configuration / "log4j2.properties").write_text(LOG4J, encoding="utf-8")
    (configuration / "spark-defaults.conf").write_text(as_properties(defaults(task, home)), encoding="utf-8")
    os.environ["SPARK_HOME"] = str(home)
    os.environ["SPARK_CONF_DIR"] = str(configuration)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    return home


def installed_pyspark() -> Path:
    """Found without importing it, which takes a third of a second."""
    spec = importlib.util.find_spec("pyspark")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"{sys.executable} has no pyspark: install it with -m pip install 'pyspark==4.1.*'")
    return Path(next(iter(spec.submodule_search_locations)))


def write_submit_script(path: Path) -> None:
    command = Path(__file__).with_name("java_command.py")
    path.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -ISu {shlex.quote(str(command))} "$@"\n')
    path.chmod(0o755)


def defaults(task: Task, home: Path) -> dict[str, str]:
    """What spark-defaults.conf says; the task's own settings come last and win."""
    settings = {
        "spark.master": task.master,
        "spark.app.name": task.app_name,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(home / "local"),
        "spark.sql.warehouse.dir": "dbfs:/user/hive/warehouse",
        "spark.executorEnv.PYTHONPATH": str(task.file.parent),  # what the user's code imports, its workers find too
    }
    if task.master.startswith("local"):
        settings["spark.driver.host"] = settings["spark.driver.bindAddress"] = "127.0.0.1"
        settings["spark.sql.shuffle.partitions"] = str(cores(task.master))
    settings.update(dbfs(task.dbfs_root))
    settings.update(task.spark_conf)
    return settings


def dbfs(root: Path) -> dict[str, str]:
    """Shows the folder `root` as dbfs:/, and as the place of paths without a scheme, as on Databricks.

    Hadoop's view file system translates the paths. What it translates to is the local file system under a scheme of
    its own, because `file:` writes a checksum file beside every file and this one does not."""
    return {
        "spark.hadoop.fs.dbfs.impl": "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme",
        "spark.hadoop.fs.viewfs.mounttable.default.linkFallback": root.absolute().as_uri().replace("file:", "weir:"),
        "spark.hadoop.fs.weir.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
        "spark.hadoop.fs.defaultFS": "dbfs:///",
    }


def cores(master: str) -> int:
    """Of "local", "local[2]", "local[*]" or "local[2,4]"."""
    inside = master.partition("[")[2].rstrip("]").partition(",")[0]
    if inside == "*":
        return len(os.sched_getaffinity(0))
    return int(inside) if inside.isdigit() else 1


def as_properties(settings: dict[str, str]) -> str:
    """In the format of java.util.Properties."""
    return "".join(f"{escaped_key(key)}={escaped(value)}\n" for key, value in settings.items())


def escaped(text: str) -> str:
    text = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return "\\" + text if text.startswith(" ") else text


def escaped_key(text: str) -> str:
    return "".join("\\" + letter if letter in " :=#!" else letter for letter in escaped(text).lstrip("\\"))
