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

from .calls import body_for
from .native import Cluster, Databricks, Job, JobRun, Rows
from .wire import dumps

__all__ = ["Client", "Cluster", "Job", "JobRun", "Rows", "connect"]


class Client(Databricks):
    """The operations of a workspace; made by connect()."""


def connect(
    profile: str = "",
    *,
    host: str = "",
    token: str = "",
    username: str = "",
    password: str = "",
    client_id: str = "",
    client_secret: str = "",
    azure_client_id: str = "",
    azure_client_secret: str = "",
    azure_tenant_id: str = "",
    azure_workspace_resource_id: str = "",
    azure_environment: str = "",
    auth_type: str = "",
) -> Client:
    """The workspace that this run talks to.

    Without arguments: what `--workspace` or WEIR_WORKSPACE says, else the DATABRICKS_* variables, else the default
    profile of ~/.databrickscfg, else the embedded workspace, which is started when it is not running.
    `profile` names a profile, or "embedded". The other arguments count before variables and profiles, and are neither
    written down nor logged, so that a resumed run needs them again:

    token: a personal access token
    username, password: where the workspace still takes them
    client_id, client_secret: OAuth for a service principal of Databricks
    azure_client_id, azure_client_secret, azure_tenant_id: a service principal of Azure; with
        azure_workspace_resource_id also one that is no user of the workspace yet
    auth_type: "pat", "basic", "oauth-m2m" or "azure-client-secret", when several of them are configured
    """
    arguments = {
        "host": host,
        "token": token,
        "username": username,
        "password": password,
        "client_id": client_id,
        "client_secret": client_secret,
        "azure_client_id": azure_client_id,
        "azure_client_secret": azure_client_secret,
        "azure_tenant_id": azure_tenant_id,
        "azure_workspace_resource_id": azure_workspace_resource_id,
        "azure_environment": azure_environment,
        "auth_type": auth_type,
    }
    body = body_for("databricks.connect()", "it belongs into a flow")
    chosen = {"name": profile, **{name: value for name, value in arguments.items() if value}}
    body.choose_workspace(chosen, dumps({"type": "workspace", **chosen}))
    return Client()
