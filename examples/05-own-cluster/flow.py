"""A cluster for one flow: created, given two libraries from Maven, used, and ended, however the flow ends.

    weir workspace start
    weir run flow.py

    cluster ──► libraries ──► plurals ──► end
    script ───────────────────┘

Nothing is left behind: `end` is a clean-up, which also runs when a task before it fails or the run is cancelled.
"""

from pathlib import Path

from weir import databricks, flow

CLUSTER = {"spark_version": "17.3.x-scala2.13", "node_type_id": "local", "num_workers": 0}
LIBRARIES = [
    {"maven": {"coordinates": "org.jsoup:jsoup:1.16.1"}},
    {"maven": {"coordinates": "org.atteo:evo-inflector:1.3"}},
]
SCRIPT = "dbfs:/goods/plurals.py"


@flow
def own_cluster() -> None:
    dbx = databricks.connect()
    script = dbx.put_file(name="script", path=SCRIPT, local=str(Path(__file__).parent / "jobs/plurals.py"))
    cluster = dbx.create_cluster(CLUSTER, name="cluster", cluster_name="goods", autotermination_minutes=30)
    libraries = dbx.install_libraries(name="libraries", cluster=cluster, libraries=LIBRARIES)
    plurals = dbx.submit_run(
        name="plurals",
        existing_cluster_id=cluster,
        spark_python_task={"python_file": SCRIPT},
        after=[script, libraries],
    )
    dbx.terminate_cluster(name="end", cluster=cluster, after=plurals, cleanup=True)


if __name__ == "__main__":
    own_cluster()
