"""Databricks jobs as tasks: submitted once whatever crashes, watched until they end.

    from weir import databricks, flow

    @flow
    def tutorial(region: str = "west"):
        dbx = databricks.connect()                  # as configured, or the embedded workspace
        ingest = dbx.run_now(job="ingest", notebook_params={"region": region})
        dbx.submit_run(run_name="report", spark_python_task={"python_file": "dbfs:/jobs/report.py"}, after=ingest)

Each call returns a future; its result is a `JobRun`. Every policy of a task may be given by keyword: `retries=2`,
`timeout="10m"`, `name="daily"`, `after=…`.
"""

from __future__ import annotations

from .errors import FlowError
from .native import Cluster, Databricks, Job, JobRun, Rows
from .tasks import body_for
from .wire import dumps

__all__ = ["Client", "Cluster", "Job", "JobRun", "Rows", "connect"]


class Client(Databricks):
    """The operations of a workspace; made by connect()."""


def connect(profile: str = "", *, host: str = "", token: str = "") -> Client:
    """The workspace that this run talks to.

    Without arguments: what `--workspace` or WEIR_WORKSPACE says, else DATABRICKS_HOST and DATABRICKS_TOKEN, else the
    default profile of ~/.databrickscfg, else the embedded workspace, which is started when it is not running.
    `profile` names a profile, or "embedded". With `host` and `token` nothing is looked up; the token is neither written
    down nor logged, so that a resumed run needs it again.
    """
    body = body_for("databricks.connect()", "it belongs into a flow")
    if bool(host) != bool(token):
        raise FlowError("databricks.connect() needs both host and token, or neither")
    chosen = {"host": host, "token": token} if host else {"name": profile}
    body.choose_workspace(chosen, dumps({"type": "workspace", **chosen}))
    return Client()
