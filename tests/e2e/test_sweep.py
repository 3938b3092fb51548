"""Runs in the workspace whose weir is gone: found, adopted or ended; those in good hands are left alone."""

import shutil
import signal
import unittest

from harness import WeirTest, submit_flow, wait_until

SCRIPT = """
import os, pathlib, sys, time
here = pathlib.Path(os.environ["HOME"])
(here / f"started-{sys.argv[1]}").touch()
while not (here / "go").exists():
    time.sleep(0.02)
print("done")
"""


class Sweep(WeirTest):
    with_workspace = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.where = cls.weir.upload_script("wait.py", SCRIPT)

    def setUp(self):
        self.go = self.weir.directory / "go"
        self.go.unlink(missing_ok=True)

    def tearDown(self):
        self.go.touch()

    def start(self, name, **environment):
        """Starts a flow and waits until its script runs."""
        flow = self.weir.write(f"{name}.yaml", submit_flow(name, [name], self.where))
        child = self.weir.start("run", flow, **environment)
        wait_until((self.weir.directory / f"started-{name}").exists, f"{name} runs")
        return child

    def killed(self, name, **environment):
        child = self.start(name, **environment)
        child.send_signal(signal.SIGKILL)
        child.wait()

    def orphans(self):
        return self.weir.json("runs", "sweep")

    def state_of(self, run_id):
        return {run["run_id"]: run["state"] for run in self.weir.remote_runs()}[run_id]

    def test_a_run_in_good_hands_is_no_orphan(self):
        child = self.start("good")
        self.assertEqual(self.orphans(), [])
        self.go.touch()
        self.assert_ended(self.weir.finish(child), 0)

    def test_what_a_killed_weir_left_behind_is_found_and_adopted(self):
        self.killed("adopted")
        (orphan,) = self.orphans()
        self.assertEqual(
            (orphan["owner"], orphan["task"], orphan["run_name"]), ("interrupted", "adopted", "adopted/adopted")
        )
        self.assertRegex(orphan["token"], "^weir-[0-9a-f]{32}-0-1$")
        self.assertIn(orphan["flow_run"], self.weir("runs", "sweep").out)
        self.go.touch()
        self.assert_ended(self.weir("runs", "sweep", "--adopt"), 0)
        self.assertEqual(self.weir.json("runs", "show", orphan["flow_run"])["state"], "succeeded")
        self.assertEqual(self.orphans(), [])

    def test_what_was_adopted_is_told_as_one_list(self):
        self.killed("first")
        self.killed("second")
        orphans = {orphan["run_id"] for orphan in self.orphans()}
        self.assertEqual(len(orphans), 2)
        self.go.touch()
        adopted = self.weir.json("runs", "sweep", "--adopt")
        self.assertEqual({(run["run_id"], run["done"]) for run in adopted}, {(run_id, "adopted") for run_id in orphans})

    def test_what_a_killed_weir_left_behind_is_found_and_ended(self):
        self.killed("ended")
        (orphan,) = self.orphans()
        swept = self.weir.json("runs", "sweep", "--cancel")
        self.assertEqual([(run["run_id"], run["done"]) for run in swept], [(orphan["run_id"], "cancelled")])
        self.assertEqual(self.state_of(orphan["run_id"])["result_state"], "CANCELED")
        self.assertEqual(self.orphans(), [])

    def test_what_a_deleted_state_folder_left_behind_is_a_stranger_that_only_a_clear_word_ends(self):
        home = self.weir.directory / "other"
        workspace = {
            "WEIR_HOME": str(home),
            "WEIR_WORKSPACE": "",
            "DATABRICKS_HOST": self.weir.host(),
            "DATABRICKS_TOKEN": self.weir.token(),
        }
        self.killed("stranger", **workspace)
        shutil.rmtree(home)
        (orphan,) = self.orphans()
        self.assertEqual(
            (orphan["owner"], orphan["flow_run"], orphan["run_name"]), ("unknown", None, "stranger/stranger")
        )
        spared = self.weir.json("runs", "sweep", "--cancel")
        self.assertEqual([run["done"] for run in spared], [None])
        self.assertEqual(self.state_of(orphan["run_id"])["life_cycle_state"], "RUNNING")
        ended = self.weir.json("runs", "sweep", "--cancel", "--strangers")
        self.assertEqual([run["done"] for run in ended], ["cancelled"])
        self.assertEqual(self.state_of(orphan["run_id"])["result_state"], "CANCELED")

    def test_contradictions_are_refused(self):
        self.assert_ended(self.weir("runs", "sweep", "--adopt", "--cancel"), 2)
        self.assert_ended(self.weir("runs", "sweep", "--strangers"), 2)


if __name__ == "__main__":
    unittest.main()
