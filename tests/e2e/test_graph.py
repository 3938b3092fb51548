"""weir graph and weir validate: every format of every example, and what is said about files that are wrong."""

import json
import random
import re
import unittest
from xml.etree import ElementTree

from harness import ROOT, WeirTest

FORMATS = ["tree", "mermaid", "dot", "json", "svg"]
FILES = sorted(ROOT.glob("examples/**/flow*.yaml"))
SVG = "{http://www.w3.org/2000/svg}"

TREE = """\
tutorial · 5 tasks

ingest  databricks.run_now
└╌╌ daily  databricks.submit_run  retries 2 · timeout 10m00s
    └╌╌ monthly  databricks.submit_run  retries 2 · timeout 10m00s
daily_config  value
└── daily ↑
monthly_config  value
└── monthly ↑

── reads the result   ╌╌ only waits   ↑ shown above
"""

BROKEN = "flow: f\ntasks:\n  a: {retrys: 2, process: ['true']}\n  b: {needs: x, process: ['true']}\n"


def random_flow(seed, size):
    """Tasks that wait for some of those before them: by `needs`, or because they read a result."""
    numbers = random.Random(seed)
    tasks = {}
    for i in range(size):
        needs = numbers.sample(range(i), min(i, numbers.randrange(4)))
        order = [f"t.{j}" for j in needs[::2]]
        data = {f"i{j}": f"{{{{ tasks['t.{j}'].result }}}}" for j in needs[1::2]}
        tasks[f"t.{i}"] = {"value": data or None} | ({"needs": order} if order else {})
    return json.dumps({"flow": f"random-{seed}", "tasks": tasks})


class Graph(WeirTest):
    def drawn(self, *arguments, **environment):
        ended = self.weir("graph", *arguments, **({"LC_ALL": "C.UTF-8"} | environment))
        self.assert_ended(ended, 0)
        self.assertEqual(ended.err, "")
        return ended.out

    def test_every_example_is_drawn_in_every_format(self):
        self.assertTrue(FILES)
        for file in FILES:
            graph = json.loads(self.drawn(file, "--json"))
            self.assertTrue(graph["nodes"])
            for name in FORMATS:
                with self.subTest(file=file.parent.name, format=name):
                    drawing = self.drawn(file, "--format", name)
                    for node in graph["nodes"]:
                        self.assertIn(node["key"], drawing)

    def test_the_tree_of_the_tutorial_in_both_faces(self):
        self.assertEqual(self.drawn(ROOT / "examples/01-tutorial/flow.yaml"), TREE)
        program = self.weir("graph", program="tutorial", LC_ALL="C.UTF-8")
        self.assert_ended(program, 0)
        self.assertIn("ingest  databricks.run_now\n└╌╌ daily  databricks.submit_run", program.out)
        self.assertIn("daily_config  cpp\n└── daily ↑\n", program.out)

    def test_a_terminal_without_unicode_gets_plain_characters(self):
        for environment in ({"LC_ALL": "C"}, {"NO_UNICODE": "1"}):
            drawing = self.drawn(ROOT / "examples/01-tutorial/flow.yaml", **environment)
            self.assertTrue(drawing.isascii())
            self.assertIn("`.. daily", drawing)

    def test_random_graphs_are_well_formed_and_complete(self):
        for seed in range(8):
            with self.subTest(seed=seed):
                file = self.weir.write("random.yaml", random_flow(seed, 10 + 20 * seed))
                graph = json.loads(self.drawn(file, "--json"))
                picture = ElementTree.fromstring(self.drawn(file, "--format", "svg"))
                self.assertEqual(len(picture.findall(f"{SVG}path")), len(graph["edges"]))
                titles = [title.text.split("\n")[0] for title in picture.findall(f"{SVG}g/{SVG}title")]
                self.assertEqual(titles, [node["key"] for node in graph["nodes"]])
                dot = re.findall(r'^  "(\S+)" -> "(\S+)"', self.drawn(file, "-f", "dot"), re.MULTILINE)
                self.assertCountEqual(dot, [(edge["from"], edge["to"]) for edge in graph["edges"]])

    def test_the_ending_of_the_output_file_says_the_format(self):
        self.assertEqual(self.drawn(FILES[0], "-o", "flow.svg"), "")
        ElementTree.parse(self.weir.directory / "flow.svg")

    def test_an_output_file_that_cannot_be_written_is_told(self):
        ended = self.weir("graph", FILES[0], "-o", "no/such/folder.svg")
        self.assert_ended(ended, 2)
        self.assertIn("no/such/folder.svg: cannot be written: No such file or directory", ended.err)

    def test_a_wrong_format_is_told_with_the_nearest(self):
        ended = self.weir("graph", FILES[0], "--format", "mermiad")
        self.assert_ended(ended, 2)
        self.assertIn("did you mean 'mermaid'?", ended.err)
        self.assert_ended(self.weir("graph", FILES[0], "--format", "svg", "--json"), 2)

    def test_problems_are_told_instead_of_a_drawing(self):
        file = self.weir.write("broken.yaml", BROKEN)
        ended = self.weir("graph", file)
        self.assert_ended(ended, 2)
        self.assertEqual(ended.out, "")
        self.assertEqual(ended.err.count("error: "), 2)
        ended = self.weir("graph", file, "--json")
        self.assert_ended(ended, 2)
        self.assertEqual([problem["line"] for problem in json.loads(ended.out)["problems"]], [3, 4])

    def test_nothing_is_left_behind(self):
        self.drawn(FILES[0])
        self.assertEqual(list(self.weir.home.iterdir()), [])


class Validate(WeirTest):
    def test_good_flows_are_praised_in_both_faces(self):
        for file in FILES:
            ended = self.weir("validate", file)
            self.assert_ended(ended, 0)
            self.assertRegex(ended.out, r"^\S+flow\S*\.yaml: ok, flow '\S+', \d+ tasks?\n$")
        ended = self.weir("validate", program="tutorial")
        self.assert_ended(ended, 0)
        self.assertEqual(ended.out, "tutorial: ok, 5 tasks\n")

    def test_every_problem_of_every_file_is_told(self):
        good = self.weir.write("good.yaml", "flow: g\ntasks: {a: {value: 1}}\n")
        broken = self.weir.write("broken.yaml", BROKEN)
        ended = self.weir("validate", broken, good, "nowhere.yaml")
        self.assert_ended(ended, 2)
        self.assertEqual(ended.out, f"{good}: ok, flow 'g', 1 task\n")
        self.assertEqual(
            ended.err,
            f"error: {broken}:3:7: unknown key 'retrys'\n"
            "help: did you mean 'retries'?\n"
            f"error: {broken}:4:14: task 'b' needs 'x', which does not exist\n"
            "help: did you mean 'a'?\n"
            "error: nowhere.yaml: no such file\n",
        )

    def test_json_has_the_place_of_each_problem(self):
        self.weir.write("broken.yaml", BROKEN)
        ended = self.weir("validate", "broken.yaml", "nowhere.yaml", "--json")
        self.assert_ended(ended, 2)
        broken, nowhere = json.loads(ended.out)
        self.assertEqual((broken["name"], broken["flow"], broken["tasks"]), ("broken.yaml", None, None))
        self.assertEqual(
            broken["problems"][0],
            {
                "file": "broken.yaml",
                "line": 3,
                "column": 7,
                "message": "unknown key 'retrys'",
                "hint": "did you mean 'retries'?",
            },
        )
        self.assertEqual(nowhere["problems"][0]["message"], "no such file")
        self.assertIsNone(nowhere["problems"][0]["line"])
        self.assertEqual(
            self.weir.json("validate", FILES[0])[0] | {"name": ""},
            {"name": "", "flow": "tutorial", "tasks": 5, "problems": []},
        )

    def test_a_file_that_does_not_exist_is_not_found_and_none_is_a_usage_error(self):
        self.assert_ended(self.weir("validate", "nowhere.yaml"), 3)
        self.assert_ended(self.weir("validate"), 2)

    def test_a_flow_that_a_program_does_not_have_is_told(self):
        ended = self.weir("validate", "tutoril", program="tutorial")
        self.assert_ended(ended, 3)
        self.assertIn("did you mean 'tutorial'?", ended.err)


if __name__ == "__main__":
    unittest.main()
