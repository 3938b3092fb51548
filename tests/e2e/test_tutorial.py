"""The tutorial, end to end on real Spark: the YAML file and the C++ program are one flow, with the same results."""

import json
import re
import unittest

from harness import ROOT, WeirTest, prepare_tutorial

TUTORIAL = ROOT / "examples/01-tutorial"
REMOTE = {"run_id", "job_id", "run_page_url"}


class Tutorial(WeirTest):
    with_workspace = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        prepare_tutorial(cls.weir)

    def run_and_show(self, *arguments, program="weir"):
        ended = self.weir("run", *arguments, program=program)
        self.assert_ended(ended, 0)
        return self.weir.json("runs", "show", self.weir.json("runs", "list")[0]["id"])

    def outcomes(self, run):
        """State, result and output of each task, in the order of the flow, without the ids of remote runs."""
        kept = {}
        for task in run["tasks"]:
            result = {name: value for name, value in task["result"].items() if name not in REMOTE}
            logs = self.weir("runs", "logs", run["id"], task["key"]).out.splitlines()
            printed = [line for line in logs if not re.match(r"(started )?run \d+", line)]
            kept[task["key"]] = (task["state"], result, printed)
        return kept

    def test_yaml_and_cpp_run_the_same_flow_with_the_same_results(self):
        yaml = self.outcomes(self.run_and_show(TUTORIAL / "flow.yaml"))
        self.assertEqual(list(yaml), ["ingest", "daily_config", "daily", "monthly_config", "monthly"])
        self.assertEqual({state for state, _, _ in yaml.values()}, {"succeeded"})
        self.assertEqual(json.loads(yaml["ingest"][1]["result"])["rows"], 1461)
        self.assertIn("2015-03-15     55.9   10.6    6.1      4.2", "\n".join(yaml["daily"][2]))
        self.assertIn("Jan   124    116.5         53.2    8.2    2.7", "\n".join(yaml["monthly"][2]))

        cpp = self.outcomes(self.run_and_show(program="tutorial"))
        self.assertEqual(yaml, cpp)


if __name__ == "__main__":
    unittest.main()
