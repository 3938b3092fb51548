"""The tutorial, end to end on real Spark: the YAML file and the C++ program are one flow, with the same results."""

import subprocess
import unittest

from harness import PROGRAMS, ROOT, WeirTest

TUTORIAL = ROOT / "examples/01-tutorial"


class Tutorial(WeirTest):
    with_workspace = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        prepared = subprocess.run(
            [TUTORIAL / "prepare.sh"],
            env=cls.weir.environment | {"WEIR": str(PROGRAMS / "weir")},
            capture_output=True,
            text=True,
        )
        assert prepared.returncode == 0, prepared.stderr

    def run_and_show(self, *arguments, program="weir"):
        ended = self.weir("run", *arguments, program=program)
        self.assert_ended(ended, 0)
        return self.weir.json("runs", "show", self.weir.json("runs", "list")[0]["id"])

    def outcomes(self, run):
        """State and result of each task, in the order of the flow, without what differs from run to run."""
        kept = {}
        for task in run["tasks"]:
            result = task["result"]
            if isinstance(result, dict):
                result = {name: value for name, value in result.items() if not name.startswith("run_")}
            kept[task["key"]] = (task["state"], result)
        return kept

    def test_yaml_and_cpp_run_the_same_flow_with_the_same_results(self):
        yaml = self.outcomes(self.run_and_show(TUTORIAL / "flow.yaml"))
        cpp = self.outcomes(self.run_and_show(program="tutorial"))
        self.assertEqual(list(yaml), ["ingest", "daily_config", "daily", "monthly_config", "monthly"])
        self.assertEqual({state for state, _ in yaml.values()}, {"succeeded"})
        self.assertEqual(yaml, cpp)


if __name__ == "__main__":
    unittest.main()
