"""Airflow 3 as a person tries it out: one DAG in the command `dags test`, and the same DAG under `airflow standalone`.

A mapped task of Airflow takes from a tenth of a second to a second, so that there are few of them.
"""

import shutil
import sqlite3
import urllib.error
import urllib.request
from contextlib import closing

from peers import environments
from peers.running import PROGRAMS, folder_of_its_own, free_port, run, server, wait_until

NAME = f"Airflow {environments.version_of('airflow', 'apache-airflow')}"
RUN_SECONDS_MAX = 600


class Airflow:
    """A home with one DAG of so many mapped tasks. Missing when Airflow cannot be installed."""

    def __init__(self, folder, count):
        self._folder = folder
        self._programs = environments.environment("airflow")
        self._database = folder / "airflow.db"
        self._port = free_port()
        address = f"http://127.0.0.1:{self._port}"
        self._health = f"{address}/api/v2/monitor/health"
        self._settings = {
            "PATH": f"{self._programs}:/usr/bin:/bin",
            "BENCH_TASKS": str(count),
            "DO_NOT_TRACK": "1",
            "SCARF_ANALYTICS": "false",
            "AIRFLOW_HOME": str(folder),
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
            "AIRFLOW__CORE__PARALLELISM": "4",
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{address}/execution/",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(self._port),
            "AIRFLOW__API__BASE_URL": address,
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(free_port()),
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
        }
        (folder / "dags").mkdir()
        shutil.copy(PROGRAMS / "airflow_tasks.py", folder / "dags")
        self._run("db", "migrate")

    def test(self):
        """Seconds of `airflow dags test`, from start to exit."""
        return self._run("dags", "test", "many").whole

    def standalone(self):
        """Seconds from the first task's start to the last one's end, under a scheduler that runs already."""
        command = [self._programs / "airflow", "standalone"]
        log = self._folder / "standalone.log"
        with server(command, self._settings, log, self._is_healthy):
            wait_until(lambda: self._ask("SELECT dag_id FROM dag WHERE dag_id = 'many'"), "the DAG is not seen", log)
            self._run("dags", "unpause", "--yes", "many")
            self._run("dags", "trigger", "many", "--run-id", "measured")
            ended = "SELECT state FROM dag_run WHERE run_id = 'measured' AND state IN ('success', 'failed')"
            wait_until(lambda: self._ask(ended), "the run has not ended", log, RUN_SECONDS_MAX)
            if self._ask(ended) != [("success",)]:
                raise SystemExit(f"error: the run of Airflow failed, see {log}")
            times = (
                "SELECT (julianday(max(end_date)) - julianday(min(start_date))) * 86400, count(*)"
                " FROM task_instance WHERE run_id = 'measured' AND state = 'success'"
            )
            return self._ask(times)[0][0]

    def _is_healthy(self):
        try:
            with urllib.request.urlopen(self._health, timeout=5) as response:
                return response.read().count(b'"healthy"') >= 3
        except (urllib.error.URLError, OSError):
            return False

    def _ask(self, question):
        with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, timeout=30)) as database:
            return database.execute(question).fetchall()

    def _run(self, *arguments):
        return run([self._programs / "airflow", *arguments], self._settings, self._folder)


def tasks(count):
    """Seconds of the two ways, for so many tasks: of the command as a whole, and of the tasks under the scheduler."""
    with folder_of_its_own() as folder:
        airflow = Airflow(folder, count)
        return {"dags test": airflow.test(), "standalone": airflow.standalone()}
