"""The JVM that a driver has from its time of waiting: PySpark gets it in place of a new one, if what is asked of Spark
can still be told to a JVM that runs."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from .java_command import read_properties
from .late import when_imported

WARM_JAVA = "WEIR_WARM_JAVA"
PORT, SECRET = "PYSPARK_GATEWAY_PORT", "PYSPARK_GATEWAY_SECRET"
SUBMIT_ARGUMENTS = "PYSPARK_SUBMIT_ARGS"


@dataclass
class WarmJava:
    """Also what stands for the process of PySpark's gateway: a child of this process, whoever started it."""

    pid: int
    port: int
    secret: str
    lifeline: int  # its standard input: it ends when this descriptor is closed
    cold_settings: list[str] = field(default_factory=list)  # beginnings of names that only a new JVM can be told
    _code: int | None = None
    _environment: dict[str, str] = field(default_factory=dict)

    def pass_on(self, cold_settings: list[str]) -> None:
        """To whatever this process executes next."""
        os.set_inheritable(self.lifeline, True)
        told = {"pid": self.pid, "port": self.port, "secret": self.secret, "lifeline": self.lifeline}
        os.environ[WARM_JAVA] = json.dumps(told | {"cold_settings": cold_settings})

    @staticmethod
    def take() -> WarmJava | None:
        """Out of the environment: it is nobody else's."""
        told = os.environ.pop(WARM_JAVA, None)
        if told is None:
            return None
        java = WarmJava(**json.loads(told))
        os.set_inheritable(java.lifeline, False)
        return java

    def offer(self) -> None:
        """To PySpark, when it asks for its first gateway. From here on the environment is the user's to change, and a
        JVM that runs does not hear of it."""
        self._environment = dict(os.environ)
        when_imported("pyspark.java_gateway", self._stand_in)

    def _stand_in(self, module: ModuleType) -> None:
        launch = module.launch_gateway

        def launch_or_take(conf: Any = None, popen_kwargs: Any = None) -> Any:
            module.launch_gateway = launch
            settings = dict(conf.getAll()) if conf else {}
            if popen_kwargs or self.poll() is not None or not self._can_be_told(settings):
                self.kill()
                self.wait()
                return launch(conf, popen_kwargs)
            with reached_at(self.port, self.secret):
                gateway = launch()
            gateway.proc = self
            self._tell(gateway.jvm.java.lang.System, settings)
            return gateway

        module.launch_gateway = launch_or_take

    def _can_be_told(self, settings: dict[str, str]) -> bool:
        is_cold = any(name.startswith(tuple(self.cold_settings)) for name in settings)
        is_elsewhere = not settings.get("spark.master", "local").startswith("local")
        return not is_cold and not is_elsewhere and dict(os.environ) == self._environment

    def _tell(self, system: Any, settings: dict[str, str]) -> None:
        """As spark-submit does: what spark-defaults.conf says, then what the program says."""
        defaults = read_properties(Path(os.environ["SPARK_CONF_DIR"]) / "spark-defaults.conf")
        for name, value in (defaults | settings).items():
            system.setProperty(name, value)
        system.setProperty("user.dir", os.getcwd())

    def poll(self) -> int | None:
        return self._reap(os.WNOHANG)

    def wait(self) -> int | None:
        return self._reap(0)

    def kill(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def _reap(self, options: int) -> int | None:
        if self._code is None:
            pid, status = os.waitpid(self.pid, options)
            if pid == self.pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code


@contextlib.contextmanager
def reached_at(port: int, secret: str) -> Iterator[None]:
    """For PySpark only: programs that the user's code starts have Sparks of their own."""
    os.environ |= {PORT: str(port), SECRET: secret}
    try:
        yield
    finally:
        for name in (PORT, SECRET):
            del os.environ[name]
