"""weir.testing runs flows for a test; flows that were typed in, without a file, run as others do."""

import signal
import sys
import unittest

from harness import FlowTest

FLOW = """
import time
@task(retries=1)
def load(day):
    print("loading", day)
    if weir.context().attempt == 1: raise OSError("busy")
    return [day, (1, 2)]
@task
def broken(x): raise ValueError("boom")
@flow
def daily(day: str = "mon"):
    return load(day).result()
@flow
def fails(): broken(load("tue"))
@flow
def raises(): return {}["key"]
@flow
async def later(): return await load("wed")
"""
TYPED_IN = """
from weir import flow, task
@task
def add(x, y=1): return x + y
@flow
def main(n: int = 1): return add.map([n, add(n)])
print(main(), main(5))
"""


class Testing(FlowTest):
    def looked_at(self, expression, flow):
        ended = self.run_source(f"{FLOW}\nfrom weir import testing\nrun = testing.run({flow})\nprint({expression})\n")
        self.assertEqual(ended.code, 0, ended.err)
        self.assertEqual(ended.err, "")
        return ended.out.strip()

    def test_a_run_is_told_with_its_value_and_its_tasks(self):
        told = "run.state, run.value, run.error, run.tasks['load'].attempts, run.tasks['load'].value"
        self.assertEqual(self.looked_at(told, "daily, day='sun'"), "succeeded ['sun', (1, 2)] None 2 ['sun', (1, 2)]")

    def test_a_run_that_fails_raises_nothing(self):
        told = "run.state, run.value, type(run.error).__name__, {key: it.state for key, it in run.tasks.items()}"
        self.assertEqual(
            self.looked_at(told, "fails"), "failed None RunFailed {'load': 'succeeded', 'broken': 'failed'}"
        )
        self.assertEqual(self.looked_at("run.tasks['broken'].failure", "fails"), "ValueError: boom")

    def test_what_a_body_raises_is_its_error(self):
        self.assertEqual(self.looked_at("run.state, repr(run.error)", "raises"), "failed KeyError('key')")

    def test_logs_are_those_of_all_attempts(self):
        self.assertEqual(self.looked_at("run.tasks['load'].logs.count('loading mon')", "daily"), "2")

    def test_an_async_flow_runs_too(self):
        self.assertEqual(self.looked_at("run.state, run.value", "later"), "succeeded ['wed', (1, 2)]")

    def test_nothing_is_left_in_the_users_history(self):
        before = self.json("runs", "list")
        self.looked_at("run.state", "daily")
        self.assertEqual(self.json("runs", "list"), before)

    def test_wrong_parameters_raise(self):
        ended = self.run_source(f"{FLOW}\nfrom weir import testing\ntesting.run(daily, day=5)\n")
        self.assertEqual(ended.code, 1)
        self.assertIn("FlowError: parameter 'day' of flow 'daily' must be a str, not 5", ended.err)


class TypedIn(FlowTest):
    def test_a_flow_from_the_command_line_runs(self):
        ended = self.python("-c", TYPED_IN)
        self.assertEqual((ended.code, ended.out), (0, "[2, 3] [6, 7]\n"), ended.err)

    def test_cells_that_were_compiled_without_a_file_run(self):
        cells = "import weir\n" + "\n".join(
            f"exec(compile({cell!r}, '<cell {number}>', 'exec'), globals())"
            for number, cell in enumerate(TYPED_IN.strip().split("@flow"), 1)
            for cell in [cell if number == 1 else "@flow" + cell]
        )
        ended = self.python("-c", cells)
        self.assertEqual((ended.code, ended.out), (0, "[2, 3] [6, 7]\n"), ended.err)

    def test_processes_need_a_file_and_say_so(self):
        ended = self.python("-c", TYPED_IN.replace("@task", "@task(runner='processes')"))
        self.assertEqual(ended.code, 1)
        self.assertIn("runner='processes' needs a flow in a file, which other processes can load", ended.err)

    def test_a_flow_runs_inside_of_a_running_loop(self):
        source = TYPED_IN.replace("print(main(), main(5))", "import asyncio\nasync def cell(): print(main())\n")
        ended = self.python("-c", source + "asyncio.run(cell())")
        self.assertEqual((ended.code, ended.out), (0, "[2, 3]\n"), ended.err)

    def test_ctrl_c_reaches_the_run_of_an_async_flow(self):
        source = """
        import asyncio, os
        @task
        async def naps():
            open("napping", "w").close()
            while not os.path.exists("enough"): await asyncio.sleep(0.01)
        @flow
        async def main(): return await naps()
        asyncio.run(main())
        """

        child = self.start(sys.executable, self.write(source))
        self.wait_until(lambda: (self.directory / "napping").exists(), "the task has begun")
        child.send_signal(signal.SIGINT)
        self.read_until(child, "press Ctrl-C again to cancel the run")
        (self.directory / "enough").touch()
        self.assertEqual(self.finish(child).code, 130)
        shown = self.last_run()
        self.assertEqual((shown["state"], self.states()), ("running", {"naps": "succeeded"}))
        self.assertEqual(self.weir("runs", "resume", shown["name"]).code, 0)
        self.assertEqual(self.last_run()["tasks"]["naps"]["attempts"], 1)


if __name__ == "__main__":
    unittest.main()
