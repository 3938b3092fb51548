"""Programs and functions of users write files as their umask says; what weir keeps is for its owner alone."""

import json
import unittest

from harness import PYTHON, WeirTest

FLOW = """
from weir import flow, task

@task
def write():
    open("by-python", "w").close()

@flow
def writes():
    write()
"""


class FileModes(WeirTest):
    def run_with_umask(self, *command, program="weir"):
        script = 'umask 022 && exec "$@"'
        ended = self.weir("-c", script, "sh", program, *command, program="/bin/sh")
        self.assert_ended(ended, 0)

    def mode(self, name):
        return oct((self.weir.directory / name).stat().st_mode & 0o777)

    def test_processes_and_hooks_have_the_umask_that_weir_was_started_with(self):
        tasks = {"task": {"process": ["touch", "by-process"]}}
        flow = json.dumps({"flow": "modes", "tasks": tasks, "on_end": ["touch", "by-hook"]})
        self.run_with_umask("run", self.weir.write("modes.yaml", flow))
        self.assertEqual((self.mode("by-process"), self.mode("by-hook")), ("0o644", "0o644"))

    def test_functions_in_python_have_it_too(self):
        self.run_with_umask("run", self.weir.write("writes.py", FLOW), "--python", PYTHON)
        self.assertEqual(self.mode("by-python"), "0o644")

    def test_functions_in_cpp_have_it_too(self):
        self.run_with_umask("run", "write", program="stubborn")
        self.assertEqual(self.mode("by-cpp"), "0o644")

    def test_what_weir_keeps_is_for_its_owner_alone_whoever_may_look_into_the_folder(self):
        self.weir.home.chmod(0o755)
        large = {"value": "x" * 2_000_000}  # a file of its own
        flow = json.dumps({"flow": "kept", "tasks": {"task": {"process": ["echo", "hi"]}, "large": large}})
        self.run_with_umask("run", self.weir.write("kept.yaml", flow))
        kept = [file for file in self.weir.home.rglob("*") if file.is_file()]
        self.assertGreater(len(kept), 3)
        self.assertEqual([file for file in kept if file.stat().st_mode & 0o077], [])


if __name__ == "__main__":
    unittest.main()
