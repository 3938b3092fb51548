"""Becomes Spark's JVM: what bin/spark-submit of a run's Spark home executes, with the arguments PySpark gave it.

Spark's own script computes this command line in a JVM; here it is computed directly, which saves its second of start.
The settings that only the command line can carry out (driver memory, Java options, class path) are looked up where
spark-submit looks: in its arguments, then in spark-defaults.conf.
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

# Spark opens these to itself (its JavaModuleOptions), but for the incubating vector module.
OPENED_PACKAGES = """
    java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio java.util java.util.concurrent
    java.util.concurrent.atomic jdk.internal.ref sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar
"""

# Ten times Java's own thresholds for its second compiler. Starting Spark and planning a query is much code that runs
# a little; compiling it well costs a third of the processor time of a short job, and loops over data still get there.
PATIENT_COMPILER = """
    -XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000
    -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=400000
"""

FLAGS = ("--verbose", "-v", "--supervise")  # options of spark-submit without a value
SETTINGS_OF_OPTIONS = {
    "--driver-memory": "spark.driver.memory",
    "--driver-java-options": "spark.driver.extraJavaOptions",
    "--driver-library-path": "spark.driver.extraLibraryPath",
    "--driver-class-path": "spark.driver.extraClassPath",
}


def java_command(home: Path, arguments: list[str], environment: dict[str, str]) -> list[str]:
    configuration = Path(environment["SPARK_CONF_DIR"])
    settings = {**read_properties(configuration / "spark-defaults.conf"), **settings_in(arguments)}
    jars = (home / "jars").resolve()
    java = Path(environment["JAVA_HOME"], "bin", "java") if environment.get("JAVA_HOME") else "java"
    return [
        str(java),
        *("-cp", class_path(jars, settings, environment)),
        f"-Xmx{settings.get('spark.driver.memory', '1g')}",
        "-XX:+IgnoreUnrecognizedVMOptions",
        "-XX:-UsePerfData",
        *PATIENT_COMPILER.split(),
        f"-Djava.io.tmpdir={home / 'tmp'}",
        *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED_PACKAGES.split()),
        "--add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED",
        "-Djdk.reflect.useDirectMethodHandle=false",
        "-Dio.netty.tryReflectionSetAccessible=true",
        "-Dio.netty.allocator.type=pooled",
        "-Dio.netty.handler.ssl.defaultEndpointVerificationAlgorithm=NONE",
        "--enable-native-access=ALL-UNNAMED",
        f"-Dlog4j2.configurationFile={(configuration / 'log4j2.properties').as_uri()}",
        f"-Dweir.spark.log={home.parent / 'spark.log'}",
        *java_options(settings),
        "org.apache.spark.deploy.SparkSubmit",
        *arguments,
    ]


def class_path(jars: Path, settings: dict[str, str], environment: dict[str, str]) -> str:
    places = [settings.get("spark.driver.extraClassPath"), f"{jars}/*"]
    places += [environment.get(name) for name in ("HADOOP_CONF_DIR", "YARN_CONF_DIR")]
    return os.pathsep.join(place for place in places if place)


def java_options(settings: dict[str, str]) -> list[str]:
    """The user's, last: of two options that contradict each other Java takes the later."""
    library_path = settings.get("spark.driver.extraLibraryPath")
    return [
        *([f"-Djava.library.path={library_path}"] if library_path else []),
        *shlex.split(settings.get("spark.driver.defaultJavaOptions", "")),
        *shlex.split(settings.get("spark.driver.extraJavaOptions", "")),
    ]


def settings_in(arguments: list[str]) -> dict[str, str]:
    """Those among spark-submit's options that have to be known before there is a JVM. The first word that is no option
    is the program: what follows is its own."""
    found: dict[str, str] = {}
    words = iter(arguments)
    for option in words:
        if not option.startswith("-"):
            break
        value = "" if option in FLAGS else next(words, "")
        if option in ("--conf", "-c"):
            key, _, setting = value.partition("=")
            found[key] = setting
        elif option in SETTINGS_OF_OPTIONS:
            found[SETTINGS_OF_OPTIONS[option]] = value
    return found


def read_properties(path: Path) -> dict[str, str]:
    """Reads back what spark_home.as_properties wrote: one `key=value` a line, backslash before what is special."""
    found: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        key, value, letters = "", None, iter(line)
        for letter in letters:
            if letter == "=" and value is None:
                value = ""
                continue
            if letter == "\\":
                following = next(letters)
                letter = {"n": "\n", "r": "\r", "t": "\t"}.get(following, following)
            if value is None:
                key += letter
            else:
                value += letter
        if value is not None:
            found[key] = value
    return found


def main() -> None:
    home = Path(os.environ["SPARK_HOME"])
    command = java_command(home, sys.argv[1:], dict(os.environ))
    os.environ["PYTHONHASHSEED"] = "0"  # Python workers must agree on the hash of a string
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.exit(f"cannot start Java ({command[0]}): {error.strerror}. Spark needs Java 17; set JAVA_HOME to one")


if __name__ == "__main__":
    main()
