"""What a shell may complete: verbs and options, flows of a file that is not run for it, runs and their tasks."""

import subprocess
import unittest

from harness import PROGRAMS, WeirTest

FLOW = """
raise SystemExit("completion must not run this")

@flow
def daily(): ...

@flow(name="hourly-report")
def hourly(): ...
"""

COMPLETE_IN_BASH = """
source <(weir completion bash)
COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDBREAKS=$' \\t\\n"\\x27><=;|&(:'
__complete_weir
printf '%s\\n' "${COMPREPLY[@]}"
"""


class Completion(WeirTest):
    def words(self, *typed):
        ended = self.weir("complete-words", *typed)
        self.assert_ended(ended, 0)
        return [line.split("\t")[0] for line in ended.out.splitlines()]

    def test_verbs_and_options_are_offered_by_what_was_typed_of_them(self):
        self.assertIn("validate", self.words(""))
        self.assertNotIn("attach", self.words(""))
        self.assertEqual(self.words("ru"), ["run", "runs"])
        self.assertEqual(self.words("runs", "res"), ["result", "resume"])
        self.assertEqual(self.words("run", "--para"), ["--parameter"])

    def test_flows_of_a_file_are_found_without_running_it(self):
        self.weir.write("flow.py", FLOW)
        self.assertEqual(self.words("run", "flow.py:"), ["flow.py:daily", "flow.py:hourly-report"])
        self.assertEqual(self.words("graph", "flow.py:h"), ["flow.py:hourly-report"])

    def test_runs_and_their_tasks_are_offered(self):
        self.weir.write("flow.yaml", "flow: tiny\ntasks:\n  one: {value: 1}\n  two: {value: 2}\n")
        self.assert_ended(self.weir("run", "flow.yaml"), 0)
        name = self.weir.json("runs", "list")[0]["name"]
        self.assertEqual(self.words("runs", "show", name[:3]), [name])
        self.assertEqual(self.words("runs", "logs", name, ""), ["one", "two"])

    def test_files_are_left_to_the_shell(self):
        self.assertEqual(self.words("run", ""), [])
        self.assertEqual(self.words("run", "flow.yaml", "--python", ""), [])

    def test_bash_completes_with_the_script_that_is_printed(self):
        self.weir.write("flow.py", FLOW)
        for typed, candidates in {"weir ru": ["run", "runs"], "weir run flow.py:d": ["daily"]}.items():
            completed = subprocess.run(
                ["bash", "-c", COMPLETE_IN_BASH, "bash", typed],
                cwd=self.weir.directory,
                env=self.weir.environment | {"PATH": f"{PROGRAMS}:{self.weir.environment['PATH']}"},
                capture_output=True,
                text=True,
                check=True,
            )
            self.assertEqual(completed.stdout.split(), candidates, completed.stderr)

    def test_a_shell_without_a_script_is_a_usage_error_that_names_those_with_one(self):
        ended = self.weir("completion", "powershell")
        self.assert_ended(ended, 2)
        self.assertIn("bash, zsh, fish", ended.err)


if __name__ == "__main__":
    unittest.main()
