"""What a flow in Python is: tasks, futures, maps, order, sub-flows, async."""

import unittest

from harness import FlowTest

TASKS = """
@task
def give(x):
    return x
@task
def add(x, y=1):
    return x + y
@task
def total(numbers):
    return sum(numbers)
@task
def broken():
    raise ValueError("boom")
"""


class Flows(FlowTest):
    def returned(self, body, tasks=TASKS):
        return self.value_of(tasks + "\n@flow\ndef main():\n" + "\n".join("    " + line for line in body.splitlines()))

    def test_a_flow_returns_results_in_the_place_of_futures(self):
        self.assertEqual(
            self.returned("return {'three': add(1, 2), 'list': [give(1), give('x')]}"), "{'three': 3, 'list': [1, 'x']}"
        )

    def test_weir_run_shows_what_a_flow_returns(self):
        source = TASKS + "@flow\ndef main(kind: str = 'dict'):\n    return RETURNED[kind]\n"
        source += "RETURNED = {'dict': {'rows': 2}, 'text': 'two rows', 'none': None, 'set': {1}}\n"
        file = self.write(source)
        for kind, shown in {"dict": '{\n  "rows": 2\n}', "text": "two rows", "none": "", "set": "{1}"}.items():
            self.assertEqual(self.weir("run", file, "-p", f"kind={kind}").out.strip(), shown)
        self.assertEqual(self.json("run", file)["returned"], {"rows": 2})
        self.assertNotIn("returned", self.json("run", file, "-p", "kind=none"))

    def test_futures_are_found_inside_of_lists_and_dicts(self):
        self.assertEqual(self.returned("return total([give(1), 2, give(3)])"), "6")

    def test_keyword_arguments_and_defaults_are_the_functions_own(self):
        self.assertEqual(self.returned("return [add(5), add(y=2, x=5), add(add(1), y=add(1))]"), "[6, 7, 4]")

    def test_a_map_walks_along_lists_and_keeps_constants(self):
        self.assertEqual(self.returned("return add.map([1, 2], 10)"), "[11, 12]")
        self.assertEqual(self.returned("return add.map([1, 2], [10, 20])"), "[11, 22]")
        self.assertEqual(self.returned("return add.map([[1], [2]], weir.unmapped([9]))"), "[[1, 9], [2, 9]]")

    def test_a_map_walks_along_ranges_generators_tuples_and_futures(self):
        self.assertEqual(self.returned("return add.map(range(3))"), "[1, 2, 3]")
        self.assertEqual(self.returned("return add.map(n * n for n in (1, 2))"), "[2, 5]")
        self.assertEqual(self.returned("return add.map(give([1, 2]))"), "[2, 3]")
        self.assertEqual(self.returned("return add.map(add.map([1, 2]), add.map([3, 4]))"), "[6, 8]")
        self.assertEqual(self.returned("return total(add.map([1, 2]))"), "5")

    def test_a_task_that_is_a_generator_gives_a_list_to_map_over(self):
        tasks = TASKS + "@task\ndef pages():\n    yield 1\n    yield 2\n"
        self.assertEqual(self.returned("return add.map(pages())", tasks), "[2, 3]")

    def test_elements_are_futures_of_their_own(self):
        self.assertEqual(
            self.returned("many = add.map([1, 2, 3])\nreturn [len(many), many[1].result(), many[-1]]"), "[3, 3, 4]"
        )
        self.assertEqual(
            self.returned("return sorted(f.result() for f in weir.as_completed(add.map([3, 1])))"), "[2, 4]"
        )

    def test_one_can_wait_without_an_exception(self):
        body = (
            "f = broken.with_options(may_fail=True)()\n"
            "return [f.wait(), f.done(), str(f.exception()), weir.wait([give(1)])]"
        )
        self.assertEqual(self.returned(body), """['failed', True, "task 'broken' failed: ValueError: boom", True]""")

    def test_a_result_that_failed_raises_with_its_cause(self):
        body = (
            "try:\n    broken.with_options(may_fail=True)().result()\n"
            "except weir.TaskFailed as error:\n    return repr(error.__cause__)"
        )
        self.assertEqual(self.returned(body), '''"ValueError('boom')"''')

    def test_waiting_may_have_an_end(self):
        tasks = TASKS + "@task\ndef slow():\n    import time; time.sleep(0.3)\n"
        body = "try:\n    slow().result(timeout=0.01)\nexcept TimeoutError as error:\n    return str(error)"
        self.assertEqual(self.returned(body, tasks), '''"'slow' has not ended within 0.01 seconds"''')

    def test_names_count_calls_and_can_be_given(self):
        self.returned("give(1); give(2); give.with_options(name='mine')(3)")
        self.assertEqual(set(self.states()), {"give", "give-2", "mine"})

    def test_after_orders_without_data(self):
        self.returned("a = give(1)\ngive.with_options(name='b')(2, after=a)\ngive.with_options(name='c')(3, after=[a])")
        shown = self.last_run()["tasks"]
        self.assertLessEqual(shown["give"]["ended"], shown["b"]["started"])

    def test_a_flow_called_in_a_flow_joins_its_run(self):
        tasks = TASKS + "@flow\ndef inner(n: int = 1):\n    return add(n)\n"
        self.assertEqual(self.returned("return [inner(), inner(5)]", tasks), "[2, 6]")
        self.assertEqual(set(self.states()), {"inner.add", "inner-2.add"})

    def test_async_tasks_run_side_by_side_and_async_flows_await(self):
        source = """
        import asyncio
        @task
        async def later(x):
            await asyncio.sleep(0.05)
            return x
        @flow
        async def main():
            first, second = later(1), later.map(range(100))
            return await first + sum(await second)
        if __name__ == "__main__":
            print(asyncio.run(main()))
        """
        ended = self.run_source(source)
        self.assertEqual((ended.code, ended.out), (0, "4951\n"), ended.err)

    def test_processes_run_tasks_of_their_own(self):
        tasks = TASKS + "import os\n@task(runner='processes')\ndef where(n):\n    return (n, os.getpid())\n"
        body = "found = where.map([1, 2]).result()\nreturn [n for n, _ in found], os.getpid() in [p for _, p in found]"
        self.assertEqual(self.returned(body, tasks), "([1, 2], False)")

    def test_values_that_are_no_json_come_back_as_they_were(self):
        tasks = TASKS + "import datetime, dataclasses\n@dataclasses.dataclass\nclass Row:\n    day: datetime.date\n"
        value = "(1, {2: {3}}, Row(datetime.date(2024, 5, 1)), float('inf'), b'x', {'$value': 1}, 2**70)"
        self.assertEqual(
            self.returned(
                f"value = {value}\n"
                f"return [give(value).result() == value, give.map([value, None])[0].result() == value]",
                tasks,
            ),
            "[True, True]",
        )

    def test_large_values_are_kept_in_files(self):
        body = (
            "one, two = give('x' * 3_000_000), give(bytes(3_000_000))\n"
            "return [len(give(one).result()), len(give(two).result())]"
        )
        self.assertEqual(self.returned(body), "[3000000, 3000000]")

    def test_objects_are_passed_by_reference_in_one_process(self):
        tasks = TASKS + "@task\ndef same(x):\n    return id(x)\n"
        self.assertEqual(
            self.returned("value = give({'a': 1})\nreturn same(value).result() == id(value.result())", tasks), "True"
        )

    def test_a_task_knows_its_context(self):
        tasks = (
            TASKS + "@task(retries=1)\ndef ask(x):\n    c = weir.context()\n"
            "    if c.attempt == 1: raise OSError\n"
            "    return [c.task, c.attempt, c.flow, c.parameters, len(c.attempt_id) <= 64, c.scheduled_time]\n"
            ""
        )
        self.assertEqual(self.returned("return ask.map([0])", tasks), "[['ask[0]', 2, 'main', {}, True, None]]")

    def test_what_a_task_prints_and_logs_is_in_its_log(self):
        source = (
            TASKS
            + """
import logging, sys
@task
def talk():
    print("to out"); print("to err", file=sys.stderr); logging.getLogger("mine").warning("logged")
    weir.context().logger.debug("detail"); print("no newline", end="")
@flow
def main():
    print("from the body")
    talk()
"""
        )
        ended = self.run_source(source + "main()\nprint('after')\n")
        self.assertEqual(ended.out, "from the body\nafter\n")
        lines = [
            (line["level"], line["text"])
            for line in map(
                __import__("json").loads,
                self.weir("runs", "logs", self.last_run()["name"], "talk", "--json").out.splitlines(),
            )
        ]
        self.assertEqual(
            lines,
            [
                ("info", "to out"),
                ("warning", "to err"),
                ("warning", "logged"),
                ("debug", "detail"),
                ("info", "no newline"),
            ],
        )


if __name__ == "__main__":
    unittest.main()
