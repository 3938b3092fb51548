"""Every policy by keyword has its effect."""

import unittest

from harness import WEIR, FlowTest

TASKS = """
import time
@task
def give(x=1):
    return x
@task
def broken():
    raise ValueError("HTTP 503")
def flaky():
    if weir.context().attempt < 3:
        raise OSError("not yet")
    return weir.context().attempt
"""


class Policies(FlowTest):
    def run_body(self, body, code=0, tasks=TASKS, options="", *arguments):
        lines = "\n".join("    " + line for line in body.splitlines())
        source = (
            f"{tasks}\n@flow({options})\ndef main(day: str = 'mon', who: str = 'me'):\n{lines}\n"
            f"if __name__ == '__main__':\n    main()\n"
        )
        self.file = self.write(source)
        ended = self.python(self.file, *arguments)
        self.assertEqual(ended.code, code, ended.err)
        return ended

    def attempts(self):
        return {key: task["attempts"] for key, task in self.last_run()["tasks"].items()}

    def test_retries_with_delays_back_off_and_jitter(self):
        self.run_body(
            "task(flaky, retries=2)()\ntask(flaky, name='slow', retries=3, retry_delay=['1ms', "
            "0.002], retry_backoff=2, retry_delay_max='5ms', retry_jitter=0.5)()"
        )
        self.assertEqual(self.attempts(), {"flaky": 3, "slow": 3})

    def test_only_some_failures_are_tried_again(self):
        body = """
broken.with_options(name='class', retries=2, retry_on=ValueError)()
broken.with_options(name='other', retries=2, retry_on=(OSError,))()
broken.with_options(name='pattern', retries=2, retry_on='*HTTP 5*')()
broken.with_options(name='never', retries=2, never_retry_on='*503')()
broken.with_options(name='asked', retries=2, retry_on=lambda error: '503' in str(error))()
"""
        self.run_body(body, 1)
        self.assertEqual(self.attempts(), {"class": 3, "other": 1, "pattern": 3, "never": 1, "asked": 3})

    def test_signals_of_tasks(self):
        tasks = (
            TASKS
            + """
@task(retries=3)
def fails(): weir.fail("wrong password")
@task
def skips(): weir.skip("no file")
@task(retries=1)
def again():
    if weir.context().attempt == 1: weir.retry("once more")
"""
        )
        self.run_body("fails()\ngive(after=skips())\nagain()", 1, tasks)
        self.assertEqual(self.attempts(), {"fails": 1, "skips": 1, "give": 0, "again": 2})
        self.assertEqual(
            self.states(), {"fails": "failed", "skips": "skipped", "give": "skipped", "again": "succeeded"}
        )
        self.assertEqual(self.last_run()["tasks"]["fails"]["failure"]["message"], "wrong password")

    def test_a_timeout_ends_python_code(self):
        self.run_body("@task(timeout=0.1)\ndef busy():\n    while True: pass\nbusy()", 1)
        self.assertEqual(self.last_run()["tasks"]["busy"]["failure"]["why"], "timeout")

    def test_a_timeout_ends_a_process_whatever_it_does(self):
        self.run_body("nap()", 1, TASKS + "@task(timeout=0.3, runner='processes')\ndef nap():\n    time.sleep(60)\n")
        self.assertEqual(self.last_run()["tasks"]["nap"]["failure"]["why"], "timeout")

    def test_triggers_conditions_and_clean_up(self):
        body = """
bad = broken.with_options(may_fail=True)()
give.with_options(name='all', may_fail=True)(after=bad)
give.with_options(name='done', trigger='all_done')(after=bad)
give.with_options(name='alarm', trigger='one_failed')(after=[bad, give()])
give.with_options(name='two', trigger={'at_least': 2})(after=[bad, give(), give()])
give.with_options(name='yes')(when=weir.If(give(5), greater_than=3))
give.with_options(name='no')(when=give(0))
give.with_options(name='clean', cleanup=True)(after=bad)
"""
        self.run_body(body)
        states = self.states()
        self.assertEqual(
            [states[key] for key in ("all", "done", "alarm", "two", "yes", "no", "clean")],
            ["upstream_failed", "succeeded", "succeeded", "succeeded", "succeeded", "skipped", "succeeded"],
        )

    def test_the_cache_takes_earlier_results(self):
        tasks = (
            TASKS
            + """
@task(cache=True)
def by_inputs(day): return day
@task(cache=weir.Cache(key=lambda day, who: "rows/" + day, expires="1h"))
def by_key(day, who): return who
@task(cache=weir.Cache(version="source"))
def by_source(): return 1
"""
        )
        body = "by_inputs(day)\nby_key(day, who)\nby_source()"
        self.run_body(body, 0, tasks)
        self.assertFalse(
            any(task.get("cached_from") or task.get("cached") for task in self.last_run()["tasks"].values())
        )
        ended = self.weir("run", self.file, "-p", "who=bob")
        self.assertEqual(ended.code, 0, ended.err)
        self.assertEqual(self.attempts(), {"by_inputs": 0, "by_key": 0, "by_source": 0})
        self.weir("run", self.file, "--refresh")
        self.assertEqual(self.attempts(), {"by_inputs": 1, "by_key": 1, "by_source": 1})

    def test_a_cache_key_may_be_made_of_results(self):
        tasks = (
            TASKS
            + """
def key_of(day, rows): return f"{day}/{sum(rows)}"
@task
def load(who): return [1, len(who)]
@task(cache=weir.Cache(key=key_of))
def by_results(day, rows): return rows[1]
@task(cache=weir.Cache(key=lambda x, factor: f"{x}*{factor}"))
def each(x, factor=[2, 3]): return x * sum(factor)
"""
        )
        body = "rows = load(who)\nby_results(day, rows)\nby_results(day, [rows[0] if 0 else 1, 1])\neach.map(rows)"
        self.run_body(body.replace("rows[0] if 0 else 1", "1"), 0, tasks)
        self.assertEqual(self.attempts()["by_results"], 1)
        self.assertEqual(self.states()["by_results-key"], "succeeded")
        ended = self.weir("run", self.file, "-p", "who=xy")  # another argument, the same result
        self.assertEqual(ended.code, 0, ended.err)
        attempts = self.attempts()
        self.assertEqual([attempts[key] for key in ("by_results", "each[0]", "each[1]")], [0, 0, 0])
        self.assertEqual(attempts["load"], 1)
        self.weir("run", self.file, "-p", "who=longer")
        attempts = self.attempts()
        self.assertEqual([attempts[key] for key in ("by_results", "each[0]", "each[1]")], [1, 0, 1])

    def test_a_cache_key_that_cannot_be_made_fails_before_the_task(self):
        tasks = TASKS + "@task(cache=weir.Cache(key=lambda x: {}[x]))\ndef keyed(x): return x\n"
        self.run_body("keyed(give(7))", 1, tasks)
        self.assertEqual(self.states(), {"give": "succeeded", "keyed-key": "failed", "keyed": "upstream_failed"})

    def test_a_result_that_persists_is_kept_after_its_last_reader(self):
        tasks = (
            TASKS
            + """
@task
def read(text): return len(text)
@task(persist=True)
def kept(): return "k" * 2_000_000
@task
def dropped(): return "d" * 2_000_000
"""
        )
        self.run_body("read(kept())\nread(dropped())", 0, tasks)
        run = self.last_run()["name"]
        self.assertEqual(self.weir("runs", "result", run, "kept").code, 0)
        gone = self.weir("runs", "result", run, "dropped")
        self.assertIn("say persist: true to keep it", gone.err)

    def test_a_flow_has_so_many_runs_at_a_time_and_others_wait_or_are_refused(self):
        source = """
import os, time
@task
def hold():
    open(f"{os.environ['WHO']}-runs", "w").close()
    while not os.path.exists("let-go"): time.sleep(0.01)
def body(): hold()
waiting = flow(body, name="waiting", max_runs=1)
refusing = flow(body, name="refusing", max_runs=1, when_busy="refuse")
"""
        file = self.write(source)
        first = {name: self.start(WEIR, "run", f"{file}:{name}", WHO=name) for name in ("waiting", "refusing")}
        for name in first:
            self.wait_until((self.directory / f"{name}-runs").exists, f"the first run of {name} is under way")
        refused = self.weir("run", f"{file}:refusing", WHO="refused")
        self.assertNotEqual(refused.code, 0)
        self.assertIn("flow 'refusing' has a run running already, as many as it allows", refused.err)
        second = self.start(WEIR, "run", f"{file}:waiting", WHO="second")
        self.read_until(second, "queued: starts when other runs of 'waiting' have ended")
        self.assertFalse((self.directory / "second-runs").exists())
        (self.directory / "let-go").touch()
        for child in (*first.values(), second):
            self.assertEqual(self.finish(child).code, 0)
        self.assertTrue((self.directory / "second-runs").exists())

    def test_so_many_tasks_run_at_a_time_as_there_are_threads(self):
        tasks = (
            TASKS
            + """
import threading
together, most, lock = 0, 0, threading.Lock()
@task
def count(x):
    global together, most
    with lock:
        together += 1
        most = max(most, together)
    time.sleep(0.01)
    with lock: together -= 1
"""
        )
        for threads in (1, 3):
            ended = self.run_body("count.map(range(12)).result()\nprint('most', most)", 0, tasks, f"threads={threads}")
            self.assertIn(f"most {threads}\n", ended.out)

    def test_limits_hold_and_priorities_order(self):
        tasks = (
            TASKS
            + """
import os
@task(limits="db")
def alone(x):
    os.mkdir("alone"); time.sleep(0.01); os.rmdir("alone")
"""
        )
        self.run_body("alone.map(range(5))", 0, tasks, "limits={'db': 1}")

    def test_a_run_may_have_a_time_limit(self):
        self.run_body("@task\ndef busy():\n    while True: pass\nbusy()", 1, TASKS, "timeout='200ms'")
        self.assertEqual(self.states(), {"busy": "cancelled"})

    def test_hooks_are_told_of_ends(self):
        tasks = TASKS + "def told(change): print(change.task or 'run', change.state)\n"
        ended = self.run_body(
            "broken.with_options(on_failure=told, retries=1, on_retry=told)()\n"
            "give.with_options(on_success=told, on_end=told)()",
            1,
            tasks,
            "on_failure=told",
        )
        self.assertEqual(
            sorted(ended.out.splitlines()),
            ["broken failed", "broken retrying", "give succeeded", "give succeeded", "run failed"],
        )

    def test_an_unknown_option_is_refused_with_the_nearest_one(self):
        ended = self.run_source("@task(retrys=2)\ndef load(): pass\n")
        self.assertEqual(ended.code, 1)
        self.assertIn("task 'load' has no option 'retrys': did you mean 'retries'?", ended.err)

    def test_an_option_of_tasks_alone_is_refused_of_a_flow_and_the_other_way_round(self):
        ended = self.run_source("@flow(on_retry=print)\ndef main(): pass\n")
        self.assertEqual(ended.code, 1)
        self.assertIn("flow 'main' has no option 'on_retry': it is one of tasks", ended.err)
        ended = self.run_source("@task(max_runs=1)\ndef load(): pass\n")
        self.assertIn("task 'load' has no option 'max_runs': it is one of flows", ended.err)

    def test_a_schedule_that_names_no_times_is_refused(self):
        for schedule, message in {
            "'whenever'": "schedule of flow 'main' is 'whenever': weir.Cron('0 6 * * *') or weir.Every('1h')",
            "weir.Cron('@daily', timezone='Nowhere/Atlantis')": "there is no time zone 'Nowhere/Atlantis'",
            "weir.Cron('@daily', timezone='Europe/Belin')": "did you mean 'Europe/Berlin'?",
            "weir.Cron('@daily', timezone='Europe')": "there is no time zone 'Europe'",
            "weir.Cron('61 * * * *')": "'61' is no minute of a cron line",
        }.items():
            with self.subTest(schedule):
                ended = self.run_source(f"@flow(schedule={schedule})\ndef main(): pass\n")
                self.assertEqual(ended.code, 1)
                self.assertIn(message, ended.err)
        good = "weir.Cron('0 6 * * mon-fri', timezone='Europe/Berlin', catch_up=True)"
        self.assertEqual(self.run_source(f"@flow(schedule={good})\ndef main(): pass\nmain()\n").code, 0)

    def test_options_that_cannot_be_kept_to_are_refused(self):
        for option, message in {
            "retries=-1": "retries of task 'load' is -1: a whole number from 0 to 1000",
            "timeout='soon'": "timeout of task 'load' is 'soon': give seconds",
            "trigger='most'": "trigger of task 'load' is 'most': one of all_success",
            "retry_jitter=2": "retry_jitter of task 'load' is 2: a number from 0 to 1",
            "runner='dask'": "runner of task 'load' is 'dask': 'threads' or 'processes'",
        }.items():
            with self.subTest(option):
                self.assertIn(message, self.run_source(f"@task({option})\ndef load(): pass\n").err)


if __name__ == "__main__":
    unittest.main()
