"""The tests that the authors of the databricks-sdk hold against Databricks pass against the embedded workspace.

They are in no package: see sdk_release.py for where they come from. Where they cannot be had the suite is skipped and
says why (exit code 77), unless WEIR_SDK_SOURCE said where they are. What is left out stands in sdk_left_out.json.
"""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

import sdk_release
from harness import PYTHON, WeirTest
from sdk_left_out import LeftOut

SKIPPED = 77
FOLDER = "tests/integration/"


class SdkRelease(WeirTest):
    with_workspace = True
    source: Path  # where the tests of the release are

    def setting(self):
        """What these tests are told of a workspace: what this one has."""
        client = self.sdk_client()
        cluster = client.clusters.create_and_wait(
            cluster_name="shared", spark_version="17.3.x-scala2.13", num_workers=1
        )
        client.jobs.create(name="there before")
        kept = {name: value for name, value in self.weir.environment.items() if not name.startswith("WEIR_")}
        return kept | {
            "CLOUD_ENV": "weir",
            "DATABRICKS_HOST": self.weir.host(),
            "DATABRICKS_TOKEN": self.weir.token(),
            "TEST_DATABRICKS_CLIENT_ID": "anybody",
            "TEST_DATABRICKS_CLIENT_SECRET": self.weir.token(),
            "TEST_DEFAULT_CLUSTER_ID": cluster.cluster_id,
            "TEST_ENVIRONMENT_TYPE": "UC_WORKSPACE",
            "TEST_INSTANCE_POOL_ID": client.instance_pools.create("pool", "local").instance_pool_id,
            "TEST_METASTORE_ID": "weir",
            "THIS_WORKSPACE_ID": str(client.get_workspace_id()),
        }

    def pytest(self, *arguments, **environment):
        """pytest over the unmodified tests. Its exit code does not count here: some tests are known not to pass."""
        options = ["-p", "no:cacheprovider", f"--rootdir={self.source}", f"--basetemp={self.weir.directory / 'pytest'}"]
        return subprocess.run(
            [PYTHON, "-m", "pytest", *options, *arguments, FOLDER],
            cwd=self.source,
            env=environment or self.weir.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ).stdout

    def test_the_tests_of_the_release_pass(self):
        listed = self.pytest("--collect-only", "--quiet").splitlines()
        tests = [line.removeprefix(FOLDER) for line in listed if line.startswith(FOLDER) and "::" in line]
        left_out = LeftOut.read()
        skipped = [f"--deselect={FOLDER}{test}" for test in left_out.are_not_run(tests)]
        report = self.weir.directory / "report.xml"
        said = self.pytest("--tb=short", "--quiet", f"--junitxml={report}", *skipped, **self.setting())
        passed = passed_in(report) if report.exists() else set()
        complaints = list(left_out.complaints(tests, passed))
        print(f"{len(passed)} of {len(tests)} tests of the SDK pass, {len(complaints)} complaints")
        self.assertTrue(passed, said)
        self.assertEqual(complaints, [], said)


def passed_in(report):
    """The "file::name" of each test that neither failed nor was skipped."""
    cases = ElementTree.parse(report).iter("testcase")
    return {f"{case.get('classname').rpartition('.')[2]}.py::{case.get('name')}" for case in cases if not len(case)}


def main():
    own = os.environ.get("WEIR_SDK_SOURCE")
    with tempfile.TemporaryDirectory() as folder:
        SdkRelease.source = Path(folder)
        try:
            sdk_release.unpack(folder, sdk_release.read_pins(), clone=own and Path(own))
        except sdk_release.Missing as missing:
            print(f"the databricks-sdk's own tests cannot be had: {missing}", file=sys.stderr)
            print("help: let WEIR_SDK_SOURCE name a clone of its repository on this machine", file=sys.stderr)
            return 2 if own else SKIPPED
        return 0 if unittest.main(exit=False).result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
