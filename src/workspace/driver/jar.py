"""Runs the main class of a jar in the JVM of this run's Spark: its own, or that of the cluster it is attached to."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any, TextIO

from .dbutils import DBUtils
from .failure import Failure, ProgramFailed
from .java_source import compiled
from .pipes import chunks_of
from .session import Session
from .task import Task

KEY = "weir.programs"  # of a JVM's system properties
OUR_FRAMES = re.compile(
    r"\tat (?:weir\.Programs|(?:java\.base/)?(?:jdk\.internal\.reflect\.|java\.lang\.reflect\.Method\.invoke)).*\n?"
)


def run_jar(task: Task, session: Session, dbutils: DBUtils) -> None:
    """Raises ProgramFailed with what main threw. A program that ends its JVM ends it for all who are in there."""
    spark: Any = session.spark
    programs = programs_in(spark._jvm)
    gateway = spark.sparkContext._gateway
    arguments = gateway.new_array(gateway.jvm.java.lang.String, len(task.arguments))
    for place, argument in enumerate(task.arguments):
        arguments[place] = argument
    run = task.context.get("task_run_id", "")
    output = Output(programs) if session.attached_to else None
    try:
        streams = output.streams if output else None
        thrown = programs.run(run, task.shown_path, arguments, streams, spark._jsparkSession, f"weir-run-{run}")
    finally:
        if output is not None:
            output.close()
    if thrown is not None:
        raise ProgramFailed(failure_of(thrown, spark._jvm))


def stop_program(jvm: Any, run: str) -> None:
    """Of a run that has ended: whoever waited for it is gone."""
    programs = jvm.java.lang.System.getProperties().get(KEY)
    if programs is not None and not programs.stop(run):
        print(f"The program of run {run} does not stop: it goes on until its cluster ends.", file=sys.stderr)


def programs_in(jvm: Any) -> Any:
    known = jvm.java.lang.System.getProperties().get(KEY)
    if known is not None:
        return known
    return compiled(jvm, "Programs").install()


def failure_of(thrown: Any, jvm: Any) -> Failure:
    written = jvm.java.io.StringWriter()
    thrown.printStackTrace(jvm.java.io.PrintWriter(written))
    return Failure(
        error=str(thrown.toString()).partition("\n")[0], trace=OUR_FRAMES.sub("", written.toString()).rstrip()
    )


class Output:
    """Brings what a program prints in another process's JVM to this process's own output."""

    def __init__(self, programs: Any) -> None:
        self._folder = Path(tempfile.mkdtemp(dir=Path.cwd(), prefix=".out"))
        pipes = [self._folder / "stdout", self._folder / "stderr"]
        ends = []
        for pipe in pipes:
            os.mkfifo(pipe, 0o600)
            ends.append(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK))  # or it would wait for the other end
        self.streams = programs.open(*map(str, pipes))
        self._copiers = []
        for end, stream in zip(ends, (sys.stdout, sys.stderr), strict=True):
            os.set_blocking(end, True)
            self._copiers.append(threading.Thread(target=copy, args=(end, stream), daemon=True))
            self._copiers[-1].start()

    def close(self) -> None:
        """Once the JVM has closed its ends."""
        for copier in self._copiers:
            copier.join()
        shutil.rmtree(self._folder, ignore_errors=True)


def copy(end: int, stream: TextIO) -> None:
    for chunk in chunks_of(end):
        stream.write(chunk)
        stream.flush()
    os.close(end)
