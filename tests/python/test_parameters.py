"""Parameters of a flow: what their annotations say is what the body gets, and the message for what it is not."""

import datetime
import unittest

from harness import FlowTest

FLOW = """
import dataclasses, datetime, enum
from typing import Literal, Optional
class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"
@dataclasses.dataclass
class Box:
    width: int
    name: str = "box"
@task
def show(name, value):
    return f"{name}={value!r}"
@flow
def main(
    n: int = 1, ratio: float = 1.5, on: bool = False, text: str = "x", plain=3,
    numbers: list[int] = [1], by_day: dict[str, float] = {}, pair: tuple[int, str] = (1, "a"),
    day: datetime.date = datetime.date(2024, 1, 1), colour: Colour = Colour.RED, box: Box = Box(1),
    mode: Literal["full", "delta"] = "full", maybe: Optional[int] = None,
    span: datetime.timedelta = datetime.timedelta(1),
):
    given = dict(locals())
    for name in weir.context().parameters["text"].split(","):
        print(show(name, given.get(name)).result())
"""


class Parameters(FlowTest):
    def setUp(self):
        self.file = self.write(FLOW, "many.py")

    def test_each_kind_is_read_from_the_command_line(self):
        given = {
            "n=5": "n=5",
            "ratio=2": "ratio=2.0",
            "on=true": "on=True",
            "plain=[1]": "plain=[1]",
            "plain=word": "plain='word'",
            "numbers=[1,2]": "numbers=[1, 2]",
            'by_day={"mon":1}': "by_day={'mon': 1.0}",
            'pair=[2,"b"]': "pair=(2, 'b')",
            "day=2024-05-01": "day=datetime.date(2024, 5, 1)",
            "colour=blue": "colour=<Colour.BLUE: 'blue'>",
            'box={"width":2}': "box=Box(width=2, name='box')",
            "mode=delta": "mode='delta'",
            "maybe=3": "maybe=3",
            "maybe=null": "maybe=None",
            "span=90m": "span=datetime.timedelta(seconds=5400)",
        }
        by_name = {}
        for parameter, shown in given.items():
            by_name.setdefault(parameter.partition("=")[0], []).append((parameter, shown))
        for turn in range(2):  # parameters that are given twice need a second run
            now = [several[min(turn, len(several) - 1)] for several in by_name.values()]
            text = "text=" + ",".join(parameter.partition("=")[0] for parameter, _ in now)
            flags = [word for parameter, _ in now for word in ("-p", parameter)]
            ended = self.weir("run", "--quiet", self.file, "-p", text, *flags)
            self.assertEqual(ended.code, 0, ended.err)
            self.assertEqual(ended.out.splitlines()[: len(now)], [shown for _, shown in now])

    def test_a_value_of_another_kind_is_refused_with_what_is_wanted(self):
        wrong = {
            "n=x": "parameter 'n' of flow 'main' must be an int, not 'x'",
            "n=1.5": "parameter 'n' of flow 'main' must be an int, not 1.5",
            "on=yes": "parameter 'on' of flow 'main' must be a bool, not 'yes'",
            'numbers=["a"]': "parameter 'numbers' of flow 'main', item 0, must be an int, not 'a'",
            "pair=[1]": "parameter 'pair' of flow 'main' must be a tuple of 2 items, not [1]",
            "day=monday": "parameter 'day' of flow 'main' must be a date, not 'monday'",
            "colour=green": "parameter 'colour' of flow 'main' must be one of 'red', 'blue', not 'green'",
            'box={"wdth":2}': "must be a Box (which has no field 'wdth'), not {'wdth': 2}",
            "box={}": "must be a Box ('width' is missing), not {}",
            'box={"width":"x"}': "parameter 'box' of flow 'main', field 'width', must be an int, not 'x'",
            "mode=half": "parameter 'mode' of flow 'main' must be one of 'full', 'delta', not 'half'",
            "maybe=x": "parameter 'maybe' of flow 'main' must be an int, not 'x'",
            "numbrs=[]": "flow 'main' has no parameter 'numbrs': did you mean 'numbers'?",
            "n": "'n' is no parameter: write -p name=value",
        }
        before = self.json("runs", "list")
        for parameter, message in wrong.items():
            with self.subTest(parameter):
                ended = self.weir("run", self.file, "-p", parameter)
                self.assertEqual(ended.code, 2, ended.err)
                self.assertIn(message, ended.err)
        self.assertEqual(self.json("runs", "list"), before)

    def test_a_call_is_checked_as_the_command_line_is(self):
        self.write(FLOW + "main(day='someday')\n", "someday.py")
        ended = self.python("someday.py")
        self.assertEqual(ended.code, 1)
        self.assertIn("FlowError: parameter 'day' of flow 'main' must be a date, not 'someday'", ended.err)

    def test_a_parameter_without_a_default_must_be_given(self):
        file = self.write("@flow\ndef main(day: str): print(day)\n")
        ended = self.weir("run", file)
        self.assertEqual(ended.code, 2)
        self.assertIn("flow 'main' needs a value for 'day'", ended.err)
        self.assertEqual(self.weir("run", "--quiet", file, "-p", "day=5").out.splitlines()[0], "5")

    def test_objects_of_a_call_come_back_on_a_resume(self):
        day = datetime.date(2024, 5, 1)
        source = FLOW + (
            "    import os\n"
            "    if not os.path.exists('left'):\n"
            "        open('left', 'w').close()\n"
            "        os._exit(9)\n"
            "if __name__ == '__main__':\n"
            f"    main(day={day!r}, colour=Colour.BLUE, box=Box(7), text='day,colour,box')\n"
        )
        file = self.write(source)
        self.assertEqual(self.python(file).code, 9)
        again = self.python(file, WEIR_RESUME=self.last_run()["name"])
        wanted = ["day=datetime.date(2024, 5, 1)", "colour=<Colour.BLUE: 'blue'>", "box=Box(width=7, name='box')"]
        self.assertEqual(again.out.splitlines(), wanted, again.err)

    def test_models_of_pydantic_are_parameters_and_results(self):
        file = self.write("""
from pydantic import BaseModel
class Station(BaseModel):
    name: str
    heights: list[float] = []
@task
def taller(station: Station) -> Station:
    return Station(name=station.name.upper(), heights=[2 * it for it in station.heights])
@task(runner="processes")
def elsewhere(station: Station) -> Station:
    return station
@flow
def main(station: Station = Station(name="north")):
    print(elsewhere(taller(station)).result())
""")
        ended = self.weir("run", "--quiet", file, "-p", 'station={"name":"south","heights":[1]}')
        self.assertEqual(ended.out.splitlines(), ["name='SOUTH' heights=[2.0]"], ended.err)
        self.assertEqual(self.weir("run", "--quiet", file).out.splitlines(), ["name='NORTH' heights=[]"])
        wrong = self.weir("run", file, "-p", 'station={"heights":"high"}')
        self.assertIn("parameter 'station' of flow 'main': 2 validation errors for Station", wrong.err)


if __name__ == "__main__":
    unittest.main()
