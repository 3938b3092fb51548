"""Prefect 3 in the local set-ups that it documents, with everything off that a flow does not need."""

import urllib.error
import urllib.request
from contextlib import contextmanager

from peers import environments, postgres
from peers.running import PROGRAMS, folder_of_its_own, free_port, run, server

NAME = f"Prefect {environments.version_of('prefect', 'prefect')}"
WAYS = ("call", "submit", "map")
SETUPS = ("no server", "server, SQLite", "server, PostgreSQL")

# Nothing is sent anywhere, nothing is logged, and no service runs that only people or deployments need.
SETTINGS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
}


def setups():
    """Those that can be run here."""
    return [setup for setup in SETUPS if "PostgreSQL" not in setup or postgres.find()]


class Prefect:
    """One set-up, ready to run programs in a folder of its own."""

    def __init__(self, folder, settings):
        self._folder = folder
        self._settings = settings
        self._python = environments.environment("prefect") / "python"

    def tasks(self, way, count):
        return self._run("prefect_tasks.py", way, count)

    def fibo(self, times, n):
        return self._run("prefect_fibo.py", times, n)

    def _run(self, program, *arguments):
        return run([self._python, PROGRAMS / program, *arguments], self._settings, self._folder)


@contextmanager
def prefect(setup):
    """Yields the set-up; its servers have served, and are gone afterwards. Missing when Prefect cannot be installed."""
    programs = environments.environment("prefect")
    with folder_of_its_own() as folder:
        settings = {**SETTINGS, "PREFECT_HOME": str(folder / "home")}
        if setup == "no server":
            yield Prefect(folder, settings)
        elif setup == "server, SQLite":
            with serving(programs, folder, settings) as it:
                yield it
        else:
            with postgres.postgres() as socket:
                url = f"postgresql+asyncpg://bench@/bench?host={socket}"
                settings["PREFECT_API_DATABASE_CONNECTION_URL"] = url
                with serving(programs, folder, settings) as it:
                    yield it


@contextmanager
def serving(programs, folder, settings):
    port = free_port()
    address = f"http://127.0.0.1:{port}/api"
    command = [programs / "prefect", "server", "start", "--host", "127.0.0.1", "--port", port, "--no-ui"]
    with server(command, settings, folder / "server.log", lambda: answers(f"{address}/health")):
        it = Prefect(folder, {**settings, "PREFECT_API_URL": address})
        it.fibo(1, 1)
        yield it


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False
