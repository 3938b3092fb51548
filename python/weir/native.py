"""Tasks that the engine itself runs. Made by tools/dev/kinds.py from `weir kinds --json`: do not edit."""

from __future__ import annotations

from .natives import Result, add

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .futures import Future


class JobRun(Result):
    """What these tasks give: run_now, submit_run, repair_run."""

    @property
    def run_id(self) -> int:
        """of the job run"""
        return self["run_id"]

    @property
    def job_id(self) -> int:
        """of its job"""
        return self["job_id"]

    @property
    def run_page_url(self) -> str:
        """its page in the workspace"""
        return self["run_page_url"]

    @property
    def state(self) -> str:
        """how it ended: SUCCESS"""
        return self["state"]

    @property
    def result(self) -> Any:
        """what its notebook passed to dbutils.notebook.exit"""
        return self.get("result")

    @property
    def tasks(self) -> dict[str, Any] | None:
        """of a job with several tasks: each with its state and result"""
        return self.get("tasks")


class Job(Result):
    """What these tasks give: create_job."""

    @property
    def job_id(self) -> int:
        """of the job"""
        return self["job_id"]

    @property
    def created(self) -> bool | None:
        """false: it was there already"""
        return self.get("created")


class Cluster(Result):
    """What these tasks give: create_cluster, start_cluster, ensure_cluster, restart_cluster, terminate_cluster,
    resize_cluster, wait_cluster."""

    @property
    def cluster_id(self) -> str:
        """of the cluster"""
        return self["cluster_id"]

    @property
    def cluster_name(self) -> str | None:
        """its name"""
        return self.get("cluster_name")

    @property
    def state(self) -> str | None:
        """as last seen: RUNNING"""
        return self.get("state")


class Rows(Result):
    """What these tasks give: sql."""

    @property
    def statement_id(self) -> str:
        """of the statement"""
        return self["statement_id"]

    @property
    def columns(self) -> list[Any]:
        """each with name and type"""
        return self["columns"]

    @property
    def rows(self) -> list[Any]:
        """each an object by column"""
        return self["rows"]


class Databricks:
    """Tasks of the kinds `databricks.*`."""

    def run_now(
        self,
        inputs: dict[str, Any] | Future[Any] | str | None = None,
        *,
        job: str | Future[Any] | None = None,
        job_id: Any | Future[Any] | None = None,
        job_parameters: dict[str, Any] | Future[Any] | None = None,
        notebook_params: dict[str, Any] | Future[Any] | None = None,
        python_params: list[Any] | Future[Any] | None = None,
        python_named_params: dict[str, Any] | Future[Any] | None = None,
        jar_params: list[Any] | Future[Any] | None = None,
        spark_submit_params: list[Any] | Future[Any] | None = None,
        sql_params: dict[str, Any] | Future[Any] | None = None,
        dbt_commands: list[Any] | Future[Any] | None = None,
        pipeline_params: dict[str, Any] | Future[Any] | None = None,
        only: list[Any] | Future[Any] | None = None,
        queue: dict[str, Any] | Future[Any] | None = None,
        performance_target: str | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[JobRun]:
        """Runs a job of the workspace and waits for its end.

        job: name of the job; or give job_id
        job_id: id of the job, or what create_job gave; or give job
        job_parameters: values for the job's parameters
        notebook_params: merged over base_parameters of notebook tasks
        python_params: replaces the parameters of Python file tasks
        python_named_params: named parameters of wheel tasks
        jar_params: replaces the parameters of JAR tasks
        spark_submit_params: replaces those of spark-submit tasks
        sql_params: parameters of SQL tasks
        dbt_commands: replaces the commands of dbt tasks
        pipeline_params: full_refresh and its like
        only: keys of the tasks to run
        queue: whether the run may wait for a free place
        performance_target: of serverless compute
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(
            job=job,
            job_id=job_id,
            job_parameters=job_parameters,
            notebook_params=notebook_params,
            python_params=python_params,
            python_named_params=python_named_params,
            jar_params=jar_params,
            spark_submit_params=spark_submit_params,
            sql_params=sql_params,
            dbt_commands=dbt_commands,
            pipeline_params=pipeline_params,
            only=only,
            queue=queue,
            performance_target=performance_target,
            json=json,
        )
        return add(
            "databricks.run_now",
            (
                "job",
                "job_id",
                "job_parameters",
                "notebook_params",
                "python_params",
                "python_named_params",
                "jar_params",
                "spark_submit_params",
                "sql_params",
                "dbt_commands",
                "pipeline_params",
                "only",
                "queue",
                "performance_target",
                "json",
            ),
            JobRun,
            inputs,
            given,
            more,
            "job",
        )

    def submit_run(
        self,
        inputs: dict[str, Any] | Future[Any] | None = None,
        *,
        run_name: str | Future[Any] | None = None,
        tasks: list[Any] | Future[Any] | None = None,
        notebook_task: dict[str, Any] | Future[Any] | None = None,
        spark_python_task: dict[str, Any] | Future[Any] | None = None,
        python_wheel_task: dict[str, Any] | Future[Any] | None = None,
        spark_jar_task: dict[str, Any] | Future[Any] | None = None,
        spark_submit_task: dict[str, Any] | Future[Any] | None = None,
        sql_task: dict[str, Any] | Future[Any] | None = None,
        dbt_task: dict[str, Any] | Future[Any] | None = None,
        pipeline_task: dict[str, Any] | Future[Any] | None = None,
        run_job_task: dict[str, Any] | Future[Any] | None = None,
        new_cluster: dict[str, Any] | Future[Any] | None = None,
        existing_cluster_id: Any | Future[Any] | None = None,
        environment_key: str | Future[Any] | None = None,
        environments: list[Any] | Future[Any] | None = None,
        libraries: list[Any] | Future[Any] | None = None,
        timeout_seconds: int | Future[Any] | None = None,
        git_source: dict[str, Any] | Future[Any] | None = None,
        access_control_list: list[Any] | Future[Any] | None = None,
        run_as: dict[str, Any] | Future[Any] | None = None,
        queue: dict[str, Any] | Future[Any] | None = None,
        health: dict[str, Any] | Future[Any] | None = None,
        email_notifications: dict[str, Any] | Future[Any] | None = None,
        webhook_notifications: dict[str, Any] | Future[Any] | None = None,
        notification_settings: dict[str, Any] | Future[Any] | None = None,
        budget_policy_id: str | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[JobRun]:
        """Runs tasks in the workspace without a job and waits for their end.

        run_name: name of the run; default: <flow>/<task>
        tasks: several tasks, each with task_key; or one of the next
        notebook_task: notebook_path, base_parameters, source
        spark_python_task: python_file, parameters, source
        python_wheel_task: package_name, entry_point, parameters
        spark_jar_task: main_class_name, parameters
        spark_submit_task: parameters of spark-submit
        sql_task: warehouse_id and query, file, alert or dashboard
        dbt_task: commands, project_directory
        pipeline_task: pipeline_id, full_refresh
        run_job_task: job_id, job_parameters
        new_cluster: a cluster for this run; or existing_cluster_id
        existing_cluster_id: a cluster that is there: its id, or what create_cluster gave
        environment_key: which of environments the task runs in
        environments: environments of serverless tasks
        libraries: what to install on the cluster
        timeout_seconds: the workspace ends the run after this time
        git_source: repository of tasks with source GIT
        access_control_list: who may see and manage the run
        run_as: user or service principal of the run
        queue: whether the run may wait for a free place
        health: rules that warn
        email_notifications: who gets mail
        webhook_notifications: what gets called
        notification_settings: when notifications stay away
        budget_policy_id: whom serverless compute is charged to
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(
            run_name=run_name,
            tasks=tasks,
            notebook_task=notebook_task,
            spark_python_task=spark_python_task,
            python_wheel_task=python_wheel_task,
            spark_jar_task=spark_jar_task,
            spark_submit_task=spark_submit_task,
            sql_task=sql_task,
            dbt_task=dbt_task,
            pipeline_task=pipeline_task,
            run_job_task=run_job_task,
            new_cluster=new_cluster,
            existing_cluster_id=existing_cluster_id,
            environment_key=environment_key,
            environments=environments,
            libraries=libraries,
            timeout_seconds=timeout_seconds,
            git_source=git_source,
            access_control_list=access_control_list,
            run_as=run_as,
            queue=queue,
            health=health,
            email_notifications=email_notifications,
            webhook_notifications=webhook_notifications,
            notification_settings=notification_settings,
            budget_policy_id=budget_policy_id,
            json=json,
        )
        return add(
            "databricks.submit_run",
            (
                "run_name",
                "tasks",
                "notebook_task",
                "spark_python_task",
                "python_wheel_task",
                "spark_jar_task",
                "spark_submit_task",
                "sql_task",
                "dbt_task",
                "pipeline_task",
                "run_job_task",
                "new_cluster",
                "existing_cluster_id",
                "environment_key",
                "environments",
                "libraries",
                "timeout_seconds",
                "git_source",
                "access_control_list",
                "run_as",
                "queue",
                "health",
                "email_notifications",
                "webhook_notifications",
                "notification_settings",
                "budget_policy_id",
                "json",
            ),
            JobRun,
            inputs,
            given,
            more,
            "",
        )

    def create_job(
        self,
        inputs: dict[str, Any] | Future[Any] | None = None,
        *,
        job: str | Future[Any] | None = None,
        job_id: Any | Future[Any] | None = None,
        tasks: list[Any] | Future[Any] | None = None,
        job_clusters: list[Any] | Future[Any] | None = None,
        parameters: list[Any] | Future[Any] | None = None,
        schedule: dict[str, Any] | Future[Any] | None = None,
        tags: dict[str, Any] | Future[Any] | None = None,
        max_concurrent_runs: int | Future[Any] | None = None,
        timeout_seconds: int | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Job]:
        """Creates a job, or replaces all settings of the one that has its name.

        job: its name
        job_id: of a job whose settings are replaced, whatever its name
        tasks: each with task_key and what it runs
        job_clusters: clusters that tasks share
        parameters: job parameters: name and default
        schedule: quartz_cron_expression, timezone_id
        tags: names and values
        max_concurrent_runs: at a time; default 1
        timeout_seconds: of a run; 0: none
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(
            job=job,
            job_id=job_id,
            tasks=tasks,
            job_clusters=job_clusters,
            parameters=parameters,
            schedule=schedule,
            tags=tags,
            max_concurrent_runs=max_concurrent_runs,
            timeout_seconds=timeout_seconds,
            json=json,
        )
        return add(
            "databricks.create_job",
            (
                "job",
                "job_id",
                "tasks",
                "job_clusters",
                "parameters",
                "schedule",
                "tags",
                "max_concurrent_runs",
                "timeout_seconds",
                "json",
            ),
            Job,
            inputs,
            given,
            more,
            "",
        )

    def update_job(
        self,
        inputs: dict[str, Any] | Future[Any] | None = None,
        *,
        job: str | Future[Any] | None = None,
        job_id: Any | Future[Any] | None = None,
        new_settings: dict[str, Any] | Future[Any] | None = None,
        fields_to_remove: list[Any] | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Any]:
        """Changes some settings of a job.

        job: name of the job; or give job_id
        job_id: id of the job; or give job
        new_settings: the settings to replace, others stay
        fields_to_remove: names of settings, or tasks/<key>
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(job=job, job_id=job_id, new_settings=new_settings, fields_to_remove=fields_to_remove, json=json)
        return add(
            "databricks.update_job",
            ("job", "job_id", "new_settings", "fields_to_remove", "json"),
            None,
            inputs,
            given,
            more,
            "",
        )

    def delete_job(
        self,
        inputs: dict[str, Any] | Future[Any] | str | None = None,
        *,
        job: str | Future[Any] | None = None,
        job_id: Any | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Any]:
        """Deletes a job.

        job: name of the job; or give job_id
        job_id: id of the job; or give job
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(job=job, job_id=job_id, json=json)
        return add("databricks.delete_job", ("job", "job_id", "json"), None, inputs, given, more, "job")

    def cancel_run(
        self,
        inputs: dict[str, Any] | Future[Any] | Any | None = None,
        *,
        run_id: Any | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Any]:
        """Cancels a run of a job, and waits until it has ended.

        run_id: of the job run, or of one of its tasks
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(run_id=run_id, json=json)
        return add("databricks.cancel_run", ("run_id", "json"), None, inputs, given, more, "run_id")

    def cancel_all_runs(
        self,
        inputs: dict[str, Any] | Future[Any] | str | None = None,
        *,
        job: str | Future[Any] | None = None,
        job_id: Any | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Any]:
        """Cancels all runs of a job, and waits until they have ended.

        job: name of the job; or give job_id
        job_id: id of the job; or give job
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(job=job, job_id=job_id, json=json)
        return add("databricks.cancel_all_runs", ("job", "job_id", "json"), None, inputs, given, more, "job")

    def repair_run(
        self,
        inputs: dict[str, Any] | Future[Any] | Any | None = None,
        *,
        run_id: Any | Future[Any] | None = None,
        rerun_all_failed_tasks: bool | Future[Any] | None = None,
        rerun_tasks: list[Any] | Future[Any] | None = None,
        rerun_dependent_tasks: bool | Future[Any] | None = None,
        job_parameters: dict[str, Any] | Future[Any] | None = None,
        notebook_params: dict[str, Any] | Future[Any] | None = None,
        python_params: list[Any] | Future[Any] | None = None,
        jar_params: list[Any] | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[JobRun]:
        """Runs the failed tasks of a run again, and waits for its end.

        run_id: of a job run that has ended
        rerun_all_failed_tasks: the default
        rerun_tasks: keys of the tasks to run instead
        rerun_dependent_tasks: and what depends on them
        job_parameters: values for the job's parameters
        notebook_params: of notebook tasks
        python_params: of Python file tasks
        jar_params: of JAR tasks
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(
            run_id=run_id,
            rerun_all_failed_tasks=rerun_all_failed_tasks,
            rerun_tasks=rerun_tasks,
            rerun_dependent_tasks=rerun_dependent_tasks,
            job_parameters=job_parameters,
            notebook_params=notebook_params,
            python_params=python_params,
            jar_params=jar_params,
            json=json,
        )
        return add(
            "databricks.repair_run",
            (
                "run_id",
                "rerun_all_failed_tasks",
                "rerun_tasks",
                "rerun_dependent_tasks",
                "job_parameters",
                "notebook_params",
                "python_params",
                "jar_params",
                "json",
            ),
            JobRun,
            inputs,
            given,
            more,
            "run_id",
        )

    def get_output(
        self,
        inputs: dict[str, Any] | Future[Any] | Any | None = None,
        *,
        run_id: Any | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Any]:
        """Fetches what the tasks of a run gave and printed.

        run_id: of the job run, or of one of its tasks
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(run_id=run_id, json=json)
        return add("databricks.get_output", ("run_id", "json"), None, inputs, given, more, "run_id")

    def create_cluster(
        self,
        inputs: dict[str, Any] | Future[Any] | None = None,
        *,
        cluster_name: str | Future[Any] | None = None,
        spark_version: str | Future[Any] | None = None,
        node_type_id: str | Future[Any] | None = None,
        num_workers: int | Future[Any] | None = None,
        autoscale: dict[str, Any] | Future[Any] | None = None,
        autotermination_minutes: int | Future[Any] | None = None,
        spark_conf: dict[str, Any] | Future[Any] | None = None,
        spark_env_vars: dict[str, Any] | Future[Any] | None = None,
        custom_tags: dict[str, Any] | Future[Any] | None = None,
        init_scripts: list[Any] | Future[Any] | None = None,
        wait: bool | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Cluster]:
        """Creates a cluster, and waits until it is running.

        cluster_name: default: <flow>/<task>
        spark_version: 15.4.x-scala2.12
        node_type_id: type of its machines
        num_workers: how many; or give autoscale
        autoscale: min_workers and max_workers
        autotermination_minutes: of doing nothing before it ends; 0: never
        spark_conf: Spark's settings
        spark_env_vars: environment of its processes
        custom_tags: names and values
        init_scripts: run when a node starts
        wait: false: do not wait until it is running
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(
            cluster_name=cluster_name,
            spark_version=spark_version,
            node_type_id=node_type_id,
            num_workers=num_workers,
            autoscale=autoscale,
            autotermination_minutes=autotermination_minutes,
            spark_conf=spark_conf,
            spark_env_vars=spark_env_vars,
            custom_tags=custom_tags,
            init_scripts=init_scripts,
            wait=wait,
            json=json,
        )
        return add(
            "databricks.create_cluster",
            (
                "cluster_name",
                "spark_version",
                "node_type_id",
                "num_workers",
                "autoscale",
                "autotermination_minutes",
                "spark_conf",
                "spark_env_vars",
                "custom_tags",
                "init_scripts",
                "wait",
                "json",
            ),
            Cluster,
            inputs,
            given,
            more,
            "",
        )

    def start_cluster(
        self,
        inputs: dict[str, Any] | Future[Any] | Any | None = None,
        *,
        cluster: Any | Future[Any] | None = None,
        cluster_id: str | Future[Any] | None = None,
        wait: bool | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Cluster]:
        """Starts a cluster, and waits until it is running.

        cluster: name or id of the cluster, or what create_cluster gave
        cluster_id: its id; or give cluster
        wait: false: do not wait until it is running
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(cluster=cluster, cluster_id=cluster_id, wait=wait, json=json)
        return add(
            "databricks.start_cluster",
            ("cluster", "cluster_id", "wait", "json"),
            Cluster,
            inputs,
            given,
            more,
            "cluster",
        )

    def ensure_cluster(
        self,
        inputs: dict[str, Any] | Future[Any] | Any | None = None,
        *,
        cluster: Any | Future[Any] | None = None,
        cluster_id: str | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Cluster]:
        """Sees to it that a cluster is running, also when it ends while it is waited for.

        cluster: name or id of the cluster, or what create_cluster gave
        cluster_id: its id; or give cluster
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(cluster=cluster, cluster_id=cluster_id, json=json)
        return add(
            "databricks.ensure_cluster", ("cluster", "cluster_id", "json"), Cluster, inputs, given, more, "cluster"
        )

    def restart_cluster(
        self,
        inputs: dict[str, Any] | Future[Any] | Any | None = None,
        *,
        cluster: Any | Future[Any] | None = None,
        cluster_id: str | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Cluster]:
        """Restarts a running cluster, and waits until it is running again.

        cluster: name or id of the cluster, or what create_cluster gave
        cluster_id: its id; or give cluster
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(cluster=cluster, cluster_id=cluster_id, json=json)
        return add(
            "databricks.restart_cluster", ("cluster", "cluster_id", "json"), Cluster, inputs, given, more, "cluster"
        )

    def terminate_cluster(
        self,
        inputs: dict[str, Any] | Future[Any] | Any | None = None,
        *,
        cluster: Any | Future[Any] | None = None,
        cluster_id: str | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Cluster]:
        """Ends a cluster, and waits until it has ended.

        cluster: name or id of the cluster, or what create_cluster gave
        cluster_id: its id; or give cluster
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(cluster=cluster, cluster_id=cluster_id, json=json)
        return add(
            "databricks.terminate_cluster", ("cluster", "cluster_id", "json"), Cluster, inputs, given, more, "cluster"
        )

    def resize_cluster(
        self,
        inputs: dict[str, Any] | Future[Any] | None = None,
        *,
        cluster: Any | Future[Any] | None = None,
        cluster_id: str | Future[Any] | None = None,
        num_workers: int | Future[Any] | None = None,
        autoscale: dict[str, Any] | Future[Any] | None = None,
        wait: bool | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Cluster]:
        """Changes how many workers a running cluster has, and waits for them.

        cluster: name or id of the cluster, or what create_cluster gave
        cluster_id: its id; or give cluster
        num_workers: how many; or give autoscale
        autoscale: min_workers and max_workers
        wait: false: do not wait until it has its size
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(
            cluster=cluster, cluster_id=cluster_id, num_workers=num_workers, autoscale=autoscale, wait=wait, json=json
        )
        return add(
            "databricks.resize_cluster",
            ("cluster", "cluster_id", "num_workers", "autoscale", "wait", "json"),
            Cluster,
            inputs,
            given,
            more,
            "",
        )

    def install_libraries(
        self,
        inputs: dict[str, Any] | Future[Any] | None = None,
        *,
        cluster: Any | Future[Any] | None = None,
        cluster_id: str | Future[Any] | None = None,
        libraries: list[Any] | Future[Any] | None = None,
        wait: bool | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Any]:
        """Installs libraries on a running cluster, and waits until all are there.

        cluster: name or id of the cluster, or what create_cluster gave
        cluster_id: its id; or give cluster
        libraries: each like {"maven": {"coordinates": "org.jsoup:jsoup:1.16.1"}}
        wait: false: do not wait until they are installed
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(cluster=cluster, cluster_id=cluster_id, libraries=libraries, wait=wait, json=json)
        return add(
            "databricks.install_libraries",
            ("cluster", "cluster_id", "libraries", "wait", "json"),
            None,
            inputs,
            given,
            more,
            "",
        )

    def uninstall_libraries(
        self,
        inputs: dict[str, Any] | Future[Any] | None = None,
        *,
        cluster: Any | Future[Any] | None = None,
        cluster_id: str | Future[Any] | None = None,
        libraries: list[Any] | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Any]:
        """Takes libraries from a cluster; they are gone when it has restarted.

        cluster: name or id of the cluster, or what create_cluster gave
        cluster_id: its id; or give cluster
        libraries: each like {"maven": {"coordinates": "org.jsoup:jsoup:1.16.1"}}
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(cluster=cluster, cluster_id=cluster_id, libraries=libraries, json=json)
        return add(
            "databricks.uninstall_libraries",
            ("cluster", "cluster_id", "libraries", "json"),
            None,
            inputs,
            given,
            more,
            "",
        )

    def put_file(
        self,
        inputs: dict[str, Any] | Future[Any] | None = None,
        *,
        path: str | Future[Any] | None = None,
        local: str | Future[Any] | None = None,
        content: str | Future[Any] | None = None,
        overwrite: bool | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Any]:
        """Puts a file into DBFS, a volume or the workspace.

        path: dbfs:/…, /Volumes/… or /Workspace/…
        local: a file of this machine; or give content
        content: what the file says
        overwrite: false: fail when it is there
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(path=path, local=local, content=content, overwrite=overwrite, json=json)
        return add(
            "databricks.put_file", ("path", "local", "content", "overwrite", "json"), None, inputs, given, more, ""
        )

    def get_file(
        self,
        inputs: dict[str, Any] | Future[Any] | str | None = None,
        *,
        path: str | Future[Any] | None = None,
        local: str | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Any]:
        """Fetches a file from DBFS, a volume or the workspace.

        path: dbfs:/…, /Volumes/… or /Workspace/…
        local: a file of this machine to write; else the text is the result
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(path=path, local=local, json=json)
        return add("databricks.get_file", ("path", "local", "json"), None, inputs, given, more, "path")

    def delete_file(
        self,
        inputs: dict[str, Any] | Future[Any] | str | None = None,
        *,
        path: str | Future[Any] | None = None,
        recursive: bool | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Any]:
        """Deletes a file or folder of DBFS, a volume or the workspace.

        path: dbfs:/…, /Volumes/… or /Workspace/…
        recursive: true: a folder with what is in it
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(path=path, recursive=recursive, json=json)
        return add("databricks.delete_file", ("path", "recursive", "json"), None, inputs, given, more, "path")

    def import_notebook(
        self,
        inputs: dict[str, Any] | Future[Any] | None = None,
        *,
        path: str | Future[Any] | None = None,
        local: str | Future[Any] | None = None,
        content: str | Future[Any] | None = None,
        language: str | Future[Any] | None = None,
        overwrite: bool | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Any]:
        """Puts a notebook into the workspace.

        path: of the notebook: /Shared/report
        local: a .py, .sql, .scala, .r or .ipynb file of this machine; or give content
        content: its source
        language: PYTHON (default), SQL, SCALA or R
        overwrite: false: fail when it is there
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(path=path, local=local, content=content, language=language, overwrite=overwrite, json=json)
        return add(
            "databricks.import_notebook",
            ("path", "local", "content", "language", "overwrite", "json"),
            None,
            inputs,
            given,
            more,
            "",
        )

    def create_scope(
        self,
        inputs: dict[str, Any] | Future[Any] | str | None = None,
        *,
        scope: str | Future[Any] | None = None,
        initial_manage_principal: str | Future[Any] | None = None,
        scope_backend_type: str | Future[Any] | None = None,
        backend_azure_keyvault: dict[str, Any] | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Any]:
        """Creates a scope of secrets, unless it is there.

        scope: its name
        initial_manage_principal: users: everybody may manage it
        scope_backend_type: DATABRICKS or AZURE_KEYVAULT
        backend_azure_keyvault: resource_id and dns_name
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(
            scope=scope,
            initial_manage_principal=initial_manage_principal,
            scope_backend_type=scope_backend_type,
            backend_azure_keyvault=backend_azure_keyvault,
            json=json,
        )
        return add(
            "databricks.create_scope",
            ("scope", "initial_manage_principal", "scope_backend_type", "backend_azure_keyvault", "json"),
            None,
            inputs,
            given,
            more,
            "scope",
        )

    def put_secret(
        self,
        inputs: dict[str, Any] | Future[Any] | None = None,
        *,
        scope: str | Future[Any] | None = None,
        key: str | Future[Any] | None = None,
        value: dict[str, Any] | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Any]:
        """Puts a secret into a scope.

        scope: that exists
        key: name of the secret
        value: {env: NAME}: the environment variable of weir's process that holds it
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(scope=scope, key=key, value=value, json=json)
        return add("databricks.put_secret", ("scope", "key", "value", "json"), None, inputs, given, more, "")

    def sql(
        self,
        inputs: dict[str, Any] | Future[Any] | None = None,
        *,
        statement: str | Future[Any] | None = None,
        warehouse: str | Future[Any] | None = None,
        warehouse_id: str | Future[Any] | None = None,
        parameters: Any | Future[Any] | None = None,
        catalog: str | Future[Any] | None = None,
        schema: str | Future[Any] | None = None,
        row_limit: int | Future[Any] | None = None,
        repeatable: bool | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Rows]:
        """Executes a SQL statement on a warehouse, and gives its rows.

        statement: SQL, with :name for parameters
        warehouse: name or id of the SQL warehouse that runs it; default: DATABRICKS_WAREHOUSE_ID
        warehouse_id: its id; or give warehouse
        parameters: values of :name in it: an object, or an array as the API has it
        catalog: where tables are looked for
        schema: and in which schema
        row_limit: rows to fetch at most
        repeatable: whether it may run twice when an answer is lost; default: if it only reads
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(
            statement=statement,
            warehouse=warehouse,
            warehouse_id=warehouse_id,
            parameters=parameters,
            catalog=catalog,
            schema=schema,
            row_limit=row_limit,
            repeatable=repeatable,
            json=json,
        )
        return add(
            "databricks.sql",
            (
                "statement",
                "warehouse",
                "warehouse_id",
                "parameters",
                "catalog",
                "schema",
                "row_limit",
                "repeatable",
                "json",
            ),
            Rows,
            inputs,
            given,
            more,
            "",
        )

    def wait_run(
        self,
        inputs: dict[str, Any] | Future[Any] | Any | None = None,
        *,
        run_id: Any | Future[Any] | None = None,
        any_end: bool | Future[Any] | None = None,
        every: Any | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Any]:
        """Waits until a run has ended, whoever started it.

        run_id: of the job run
        any_end: true: a run that fails is an end as well
        every: how often to look; default: often at first, then every 10s
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(run_id=run_id, any_end=any_end, every=every, json=json)
        return add("databricks.wait_run", ("run_id", "any_end", "every", "json"), None, inputs, given, more, "run_id")

    def wait_cluster(
        self,
        inputs: dict[str, Any] | Future[Any] | Any | None = None,
        *,
        cluster: Any | Future[Any] | None = None,
        cluster_id: str | Future[Any] | None = None,
        state: str | Future[Any] | None = None,
        every: Any | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Cluster]:
        """Waits until a cluster is in a state.

        cluster: name or id of the cluster, or what create_cluster gave
        cluster_id: its id; or give cluster
        state: RUNNING (default), TERMINATED, …
        every: how often to look; default: often at first, then every 10s
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(cluster=cluster, cluster_id=cluster_id, state=state, every=every, json=json)
        return add(
            "databricks.wait_cluster",
            ("cluster", "cluster_id", "state", "every", "json"),
            Cluster,
            inputs,
            given,
            more,
            "cluster",
        )

    def wait_file(
        self,
        inputs: dict[str, Any] | Future[Any] | str | None = None,
        *,
        path: str | Future[Any] | None = None,
        every: Any | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Any]:
        """Waits until a file or folder is there.

        path: dbfs:/…, /Volumes/… or /Workspace/…
        every: how often to look; default 30s
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(path=path, every=every, json=json)
        return add("databricks.wait_file", ("path", "every", "json"), None, inputs, given, more, "path")

    def wait_table(
        self,
        inputs: dict[str, Any] | Future[Any] | None = None,
        *,
        table: str | Future[Any] | None = None,
        partition: dict[str, Any] | Future[Any] | None = None,
        statement: str | Future[Any] | None = None,
        every: Any | Future[Any] | None = None,
        warehouse: str | Future[Any] | None = None,
        warehouse_id: str | Future[Any] | None = None,
        parameters: Any | Future[Any] | None = None,
        catalog: str | Future[Any] | None = None,
        schema: str | Future[Any] | None = None,
        json: dict[str, Any] | Future[Any] | None = None,
        **more: Any,
    ) -> Future[Any]:
        """Waits until a table, a partition of it or a query has a row.

        table: main.sales.orders; or give statement
        partition: column to value, of which there must be a row
        statement: a query that must have a row
        every: how often to look; default 60s
        warehouse: name or id of the SQL warehouse that runs it; default: DATABRICKS_WAREHOUSE_ID
        warehouse_id: its id; or give warehouse
        parameters: values of :name in it: an object, or an array as the API has it
        catalog: where tables are looked for
        schema: and in which schema
        json: an object of these fields; one that is given beside it replaces its own
        """
        given = dict(
            table=table,
            partition=partition,
            statement=statement,
            every=every,
            warehouse=warehouse,
            warehouse_id=warehouse_id,
            parameters=parameters,
            catalog=catalog,
            schema=schema,
            json=json,
        )
        return add(
            "databricks.wait_table",
            (
                "table",
                "partition",
                "statement",
                "every",
                "warehouse",
                "warehouse_id",
                "parameters",
                "catalog",
                "schema",
                "json",
            ),
            None,
            inputs,
            given,
            more,
            "",
        )


def process(
    inputs: dict[str, Any] | Future[Any] | list[Any] | None = None,
    *,
    argv: list[Any] | Future[Any] | None = None,
    env: dict[str, Any] | Future[Any] | None = None,
    directory: str | Future[Any] | None = None,
    output: str | Future[Any] | None = None,
    skip_exit_code: int | Future[Any] | None = None,
    **more: Any,
) -> Future[Any]:
    """Runs a program and waits for it.

    argv: the program and its arguments; no shell is involved
    env: environment variables to set besides the inherited ones
    directory: working directory
    output: what standard output is: 'text' (default) gives {exit_code, stdout}, 'json' its value
    skip_exit_code: a program that ends with it has nothing to do: its task is skipped
    """
    given = dict(argv=argv, env=env, directory=directory, output=output, skip_exit_code=skip_exit_code)
    return add("process", ("argv", "env", "directory", "output", "skip_exit_code"), None, inputs, given, more, "argv")


def sleep(
    inputs: dict[str, Any] | Future[Any] | Any | None = None,
    *,
    duration: Any | Future[Any] | None = None,
    **more: Any,
) -> Future[Any]:
    """Waits.

    duration: for example 500ms, 10s, 1h30m, or seconds
    """
    given = dict(duration=duration)
    return add("sleep", ("duration",), None, inputs, given, more, "duration")
