"""Tasks that the engine itself runs. Made by tools/dev/kinds.py from `weir kinds --json`: do not edit."""

from __future__ import annotations

from .natives import Result, add

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .futures import Future


class JobRun(Result):
    """What a run of a job gave."""

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
        **more: Any,
    ) -> Future[JobRun]:
        """Runs a job of the workspace and waits for its end.

        job: name of the job; or give job_id
        job_id: id of the job; or give job
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
            ),
            JobRun,
            inputs,
            given,
            more,
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
        existing_cluster_id: str | Future[Any] | None = None,
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
        existing_cluster_id: a cluster that is there
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
            ),
            JobRun,
            inputs,
            given,
            more,
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
    return add("process", ("argv", "env", "directory", "output", "skip_exit_code"), None, inputs, given, more)


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
    return add("sleep", ("duration",), None, inputs, given, more)
