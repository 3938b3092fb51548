"""The examples of policies: each says at its top how its runs end, and is run to see."""

import json
import re
import shutil
import unittest
from itertools import takewhile

from harness import ROOT, WeirTest

EXAMPLES = ROOT / "examples/policies"
CPP = EXAMPLES / "policies.cpp"
PYTHON = EXAMPLES / "policies.py"
PAGE = ROOT / "docs/reference/policies.md"

COMMAND = re.compile(r"# \$ (weir|policies) (.+?)(?P<behind> &)?$")
ORDER = re.compile(r"#   (\S+) +ends before (\S+)$")
STATE = re.compile(
    r"#   (\S+) +(?P<state>[a-z_]+)(, (?P<attempts>\d+) attempts?)?(?P<cached>, cached)?( = (?P<value>.+))?$"
)


class Command:
    """A command of an example, and what the lines below it say about the run."""

    def __init__(self, program, arguments, behind):
        self.program = program
        self.arguments = arguments.split()
        self.behind = behind
        self.claims = []

    def check(self, test, ended):
        test.assertIn(ended.code, (0, 1), ended.err)
        run = json.loads(ended.out)
        tasks = {task["key"]: task for task in run["tasks"]}
        for line in self.claims:
            with test.subTest(line):
                if order := ORDER.match(line):
                    first, then = (tasks[key]["ended"] for key in order.groups())
                    test.assertLess(first, then)
                    continue
                claim = STATE.match(line)
                test.assertIsNotNone(claim, "the line is understood")
                check_state(test, run if claim[1] == "run" else tasks[claim[1]], claim)


def check_state(test, found, claim):
    test.assertEqual(found["state"], claim["state"], found)
    test.assertEqual(found.get("cached", False), claim["cached"] is not None)
    if claim["attempts"]:
        test.assertEqual(found["attempts"], int(claim["attempts"]))
    if claim["value"]:
        test.assertEqual(found["result"], json.loads(claim["value"]))


def commands_of(comments):
    """What the comment above an example says."""
    commands = []
    for line in comments:
        if command := COMMAND.match(line):
            commands.append(Command(command[1], command[2], command["behind"]))
        elif commands:
            commands[-1].claims.append(line)
    return commands


def comments_above_flows(program, mark):
    """Those of a program that begin with a command, by the flow they run; `mark` begins a comment."""
    found, comments = {}, []
    for line in [*program.read_text().splitlines(), ""]:
        if line.startswith(mark):
            comments.append("#" + line[len(mark) :])
            continue
        if comments and (command := COMMAND.match(comments[0])):
            found[command[2].split()[1].removeprefix("policies.py:")] = comments
        comments = []
    return found


IN_CPP = comments_above_flows(CPP, "//")
IN_PYTHON = comments_above_flows(PYTHON, "#")


class Policies(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        shutil.copytree(EXAMPLES, cls.weir.directory, dirs_exist_ok=True)

    def run_example(self, comments):
        commands = commands_of(comments)
        self.assertTrue(commands and all(command.claims for command in commands), "every command claims something")
        waiting = []
        for command in commands:
            child = self.weir.start(*command.arguments, "--json", program=command.program)
            if command.behind:
                waiting.append((command, child))
            else:
                command.check(self, self.weir.finish(child))
        for command, child in waiting:
            command.check(self, self.weir.finish(child))

    def test_the_page_of_policies_links_every_example(self):
        linked = set(re.findall(r"examples/policies/([\w-]+\.yaml)", PAGE.read_text()))
        self.assertEqual(linked, {file.name for file in EXAMPLES.glob("*.yaml")})

    def test_every_flow_of_the_programs_says_what_comes_of_it(self):
        flows = set(re.findall(r'weir::flow\(\s*"(\w+)"', CPP.read_text()))
        self.assertEqual(flows, set(IN_CPP))
        flows = set(re.findall(r"@flow.*\ndef (\w+)", PYTHON.read_text()))
        self.assertEqual(flows - {"north"}, set(IN_PYTHON), "north is a part of another")


def example_test(comments):
    return lambda self: self.run_example(comments)


for example in sorted(EXAMPLES.glob("*.yaml")):
    above = takewhile(lambda line: line.startswith("#"), example.read_text().splitlines())
    setattr(Policies, f"test_{example.stem}", example_test(list(above)))
for flow, above in IN_CPP.items():
    setattr(Policies, f"test_cpp_{flow}", example_test(above))
for flow, above in IN_PYTHON.items():
    setattr(Policies, f"test_python_{flow}", example_test(above))


if __name__ == "__main__":
    unittest.main()
