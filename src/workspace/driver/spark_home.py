"""A Spark home of this run's own, so that any SparkSession the user's code makes is the one the task asked for.

SPARK_HOME and SPARK_CONF_DIR are how PySpark finds both. The home mirrors the installed pyspark with links, except
for bin/spark-submit, which is ours: Spark's starts a second JVM only to compute a command line, and prints a warning
for an incubating Java module that nothing here uses.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shlex
import sys
from dataclasses import dataclass, field
from pathlib import Path

END_WITHOUT_MEMORY = "-XX:+ExitOnOutOfMemoryError"  # rather than to go on in an unknown state
OUT_OF_MEMORY_EXIT = 3  # how a JVM with that option ends then
SECRET_SETTINGS = "WEIR_SECRET_SPARK_CONF"  # {"spark.key": "value"} of those that refer to secrets

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


@dataclass(frozen=True)
class SparkSpec:
    """The Spark that is asked for."""

    master: str
    app_name: str
    conf: dict[str, str]  # what the user says; wins
    dbfs_root: Path
    python_path: list[str] = field(default_factory=list)  # what the user's code imports, its workers find too
    own_conf: dict[str, str] = field(default_factory=dict)  # what we say


def prepare(spec: SparkSpec, run_folder: Path) -> Path:
    """Makes the home below `run_folder`, points this process's environment at it and returns it. Starts nothing. A home
    that is there from the driver's time of waiting gets other settings."""
    home = run_folder / ".spark"
    configuration = home / "conf"
    if not home.exists():
        make(home)
    write_private(configuration / "spark-defaults.conf", as_properties(defaults(spec, home)))
    os.environ["SPARK_HOME"] = str(home)
    os.environ["SPARK_CONF_DIR"] = str(configuration)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    return home


def make(home: Path) -> None:
    for folder in ("bin", "conf", "tmp"):
        (home / folder).mkdir(parents=True)
    for part in installed_pyspark().iterdir():
        if part.name in ("jars", "python", "data", "sbin", "licenses", "examples"):
            (home / part.name).symlink_to(part)
    write_submit_script(home / "bin" / "spark-submit")
    (home / "conf" / "log4j2.properties").write_text(LOG4J, encoding="utf-8")


def write_private(path: Path, text: str) -> None:
    """For this user only: settings may be secrets."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def take_secret_settings() -> dict[str, str]:
    """Out of the environment, so that neither Java nor the user's code inherits them there."""
    settings: dict[str, str] = json.loads(os.environ.pop(SECRET_SETTINGS, "{}"))
    return settings


def how_java_ended(code: int) -> str:
    """As a sentence, from the exit code that Python gives."""
    if code == OUT_OF_MEMORY_EXIT:
        return "The Java driver ran out of memory."
    how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
    return f"The Java driver {how}."


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


def defaults(spec: SparkSpec, home: Path) -> dict[str, str]:
    """What spark-defaults.conf says; the user's own settings come last and win."""
    settings = {
        "spark.master": spec.master,
        "spark.app.name": spec.app_name,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.defaultJavaOptions": END_WITHOUT_MEMORY,
        "spark.local.dir": str(home / "local"),
        "spark.sql.warehouse.dir": "dbfs:/user/hive/warehouse",
        "spark.sql.legacy.createHiveTableByDefault": "false",  # as Spark 4 has it; there is no Hive here
        "spark.executorEnv.PYTHONPATH": os.pathsep.join(spec.python_path),
    }
    if spec.master.startswith("local"):
        settings["spark.driver.host"] = settings["spark.driver.bindAddress"] = "127.0.0.1"
        settings["spark.sql.shuffle.partitions"] = str(cores(spec.master))
    settings.update(dbfs(spec.dbfs_root))
    settings.update(spec.own_conf)
    settings.update(spec.conf)
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
