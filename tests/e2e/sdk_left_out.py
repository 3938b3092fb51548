"""Which of the databricks-sdk's own tests are left out, each with the reason, and whether the list is still true.

"not_run" are those that ask nothing of a workspace, or would harm this machine. "does_not_pass" run all the same, so
that the list shrinks when the workspace learns something. An entry names a file, or a function with any parameters.
"""

import json
from pathlib import Path

LIST = Path(__file__).with_name("sdk_left_out.json")


class LeftOut:
    def __init__(self, not_run, does_not_pass):
        self.not_run, self.does_not_pass = not_run, does_not_pass

    @classmethod
    def read(cls):
        return cls(**json.loads(LIST.read_text()))

    def are_not_run(self, tests):
        return [test for test in tests if names_of(test) & self.not_run.keys()]

    def complaints(self, tests, passed):
        """What is wrong with the list or the workspace, a sentence each: `tests` are all there are, "file::name"."""
        named = {name for test in tests for name in names_of(test)}
        for entry in sorted({*self.not_run, *self.does_not_pass} - named):
            yield f"{entry} is left out, and there is no such test"
        for test in tests:
            if names_of(test) & self.does_not_pass.keys():
                if test in passed:
                    yield f"{test} passes: take it off the list"
            elif test not in passed and not names_of(test) & self.not_run.keys():
                yield f"{test} does not pass"


def names_of(test):
    """What an entry may call a test: its file, or its function in it."""
    file, _, name = test.partition("::")
    return {file, f"{file}::{name.partition('[')[0]}"}
