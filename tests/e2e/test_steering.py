"""What steers runs, as the unmodified databricks-sdk sees it: conditions, jobs that run jobs, loops, schedules,
permissions and notification destinations. No Spark: every task here is one that has no code of its own."""

import json
import unittest

from databricks.sdk.errors import InvalidParameterValue
from databricks.sdk.service import iam, settings
from databricks.sdk.service.jobs import (
    ConditionTask,
    ConditionTaskOp,
    CronSchedule,
    ForEachTask,
    JobParameterDefinition,
    RunJobTask,
    RunResultState,
    Task,
    TaskDependency,
    TriggerType,
    Webhook,
    WebhookNotifications,
)
from harness import WeirTest


def condition(key, left, right, op=ConditionTaskOp.EQUAL_TO, **more):
    return Task(task_key=key, condition_task=ConditionTask(op=op, left=left, right=right), **more)


class Steering(WeirTest):
    with_workspace = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = cls.sdk_client()

    def run_of(self, *tasks, **settings):
        job = self.client.jobs.create(tasks=list(tasks), **settings).job_id
        return self.client.jobs.run_now(job_id=job).result()

    def results(self, run):
        return {task.task_key: task.state.result_state.value for task in run.tasks}

    def test_one_branch_of_a_condition_is_taken(self):
        run = self.run_of(
            condition("is_dev", "{{job.parameters.env}}", "dev"),
            condition("yes", "1", "1", depends_on=[TaskDependency("is_dev", outcome="true")]),
            condition("no", "1", "1", depends_on=[TaskDependency("is_dev", outcome="false")]),
            parameters=[JobParameterDefinition(name="env", default="dev")],
        )
        self.assertEqual(run.state.result_state, RunResultState.SUCCESS)
        self.assertEqual(self.results(run), {"is_dev": "SUCCESS", "yes": "SUCCESS", "no": "EXCLUDED"})
        decided = run.tasks[0]
        self.assertEqual((decided.condition_task.outcome, decided.resolved_values.condition_task.left), ("true", "dev"))

    def test_a_loop_runs_a_job_for_each_element(self):
        child = self.client.jobs.create(
            name="child",
            tasks=[condition("check", "{{job.parameters.n}}", "10", ConditionTaskOp.LESS_THAN)],
            parameters=[JobParameterDefinition(name="n", default="0")],
            max_concurrent_runs=5,
        ).job_id
        call = Task("call", run_job_task=RunJobTask(job_id=child, job_parameters={"n": "{{input}}"}))
        run = self.run_of(
            Task("loop", for_each_task=ForEachTask(inputs=json.dumps([1, 2, 30]), concurrency=3, task=call))
        )
        self.assertEqual(run.state.result_state, RunResultState.SUCCESS)
        stats = run.tasks[0].for_each_task.stats.task_run_stats
        self.assertEqual((stats.total_iterations, stats.succeeded_iterations), (3, 3))
        iterations = self.client.jobs.get_run(run.tasks[0].run_id).iterations
        self.assertEqual([iteration.task_key for iteration in iterations], ["call"] * 3)
        called = self.client.jobs.get_run_output(iterations[2].run_id).run_job_output.run_id
        below = self.client.jobs.get_run(called)
        self.assertEqual((below.job_id, below.trigger), (child, TriggerType.RUN_JOB_TASK))
        self.assertEqual(below.trigger_info.run_id, iterations[2].run_id)
        self.assertEqual(below.tasks[0].condition_task.outcome, "false")

    def test_a_schedule_comes_back_and_a_wrong_one_is_refused(self):
        schedule = CronSchedule(quartz_cron_expression="0 30 6 ? * MON-FRI", timezone_id="America/New_York")
        job = self.client.jobs.create(schedule=schedule, tasks=[condition("a", "1", "1")]).job_id
        kept = self.client.jobs.get(job).settings.schedule
        self.assertEqual((kept.timezone_id, kept.pause_status.value), ("America/New_York", "UNPAUSED"))
        with self.assertRaisesRegex(InvalidParameterValue, "'25' is no hours"):
            self.client.jobs.create(schedule=CronSchedule("0 0 25 * * ?", "UTC"))

    def test_permissions_of_a_job_are_kept(self):
        job = str(self.client.jobs.create(name="owned").job_id)
        for user in ("user_name", "ann@example.com"), ("group_name", "users"):
            wanted = iam.AccessControlRequest(permission_level=iam.PermissionLevel.CAN_VIEW, **{user[0]: user[1]})
            self.client.permissions.update("jobs", job, access_control_list=[wanted])
        kept = self.client.permissions.get("jobs", job)
        names = {entry.user_name or entry.group_name for entry in kept.access_control_list}
        self.assertEqual(names, {self.client.current_user.me().user_name, "ann@example.com", "users", "admins"})
        levels = self.client.permissions.get_permission_levels("jobs", job).permission_levels
        self.assertIn("CAN_MANAGE_RUN", [level.permission_level.value for level in levels])

    def test_notification_destinations_are_kept_and_named_by_jobs(self):
        config = settings.Config(generic_webhook=settings.GenericWebhookConfig(url="https://hooks.example.com/weir"))
        made = self.client.notification_destinations.create(display_name="ops", config=config)
        self.assertIs(self.client.notification_destinations.get(made.id).config.generic_webhook.url_set, True)
        self.assertIn(made.id, [listed.id for listed in self.client.notification_destinations.list()])
        hooks = WebhookNotifications(on_failure=[Webhook(made.id)])
        job = self.client.jobs.create(webhook_notifications=hooks, tasks=[condition("a", "1", "1")]).job_id
        self.assertEqual(self.client.jobs.get(job).settings.webhook_notifications.on_failure[0].id, made.id)
        self.client.notification_destinations.delete(made.id)


if __name__ == "__main__":
    unittest.main()
