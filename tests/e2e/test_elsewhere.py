"""A run that goes on from another folder finds its programs and files where it began."""

import unittest

from flows import WAIT, FlowTest
from harness import wait_until


class Elsewhere(FlowTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for folder in ("elsewhere", "data"):
            (cls.weir.directory / folder).mkdir()
        cls.weir.write("work.sh", f"touch working; {WAIT}")
        cls.weir.write("told.sh", "touch told")

    def setUp(self):
        for name in ("working", "told"):
            (self.weir.directory / name).unlink(missing_ok=True)

    def interrupted(self, **tasks):
        """A run whose process was killed while its task was under way; now the task could end."""
        child, run = self.start_flow(**tasks)
        wait_until((self.weir.directory / "working").exists, "the task runs")
        child.kill()
        self.weir.finish(child)
        self.gate.touch()
        return run

    def result(self, run, task):
        return {it["key"]: it for it in self.weir.json("runs", "show", run)["tasks"]}[task]["result"]

    def test_a_resumed_run_finds_its_scripts_its_folders_and_its_hooks(self):
        run = self.interrupted(
            work={"process": ["sh", "work.sh"], "on_success": ["sh", "told.sh"]},
            there={"needs": "work", "process": {"argv": ["sh", "-c", "pwd"], "directory": "data"}},
        )
        self.assert_ended(self.weir("runs", "resume", run, folder="elsewhere"), 0)
        self.assertEqual(self.result(run, "there")["stdout"], str(self.weir.directory.resolve() / "data"))
        self.assertTrue((self.weir.directory / "told").exists())

    def test_so_does_the_run_of_a_flow_in_it(self):
        self.weir.write("inner.yaml", "flow: inner\ntasks: {work: {process: [sh, work.sh]}}")
        run = self.interrupted(outer={"flow": "inner.yaml"})
        self.assert_ended(self.weir("runs", "resume", run, folder="elsewhere"), 0)

    def test_a_retried_run_finds_them_too(self):
        self.weir.write("fussy.sh", "test -e gate")
        run = self.run_flow(fussy={"process": ["sh", "fussy.sh"]})
        self.gate.touch()
        self.assert_ended(self.weir("runs", "retry", run, folder="elsewhere"), 0)


if __name__ == "__main__":
    unittest.main()
