"""The wheel, as a user meets it: installed without a network in an empty environment, on a PATH without compilers."""

import base64
import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("WEIR_BIN", ROOT / "build/release/bin"), "weir")
VERSION = (ROOT / "VERSION").read_text().strip()

sys.path[:0] = [str(ROOT / "tools/wheel"), str(ROOT / "tests/e2e")]
import binary  # noqa: E402
import weir_wheel  # noqa: E402
from harness import wait_until  # noqa: E402

FLOW = """
import time
from pathlib import Path
from weir import flow, task

@task
def load(day: str) -> list[int]:
    with open("loaded", "a") as told:
        told.write(day)
    return [1, 2, 3]

@task
def total(rows: list[int]) -> int:
    Path("reached").touch()
    while Path("closed").exists():
        time.sleep(0.01)
    if not Path("mended").exists():
        raise ValueError("not mended yet")
    return sum(rows)

@flow
def daily(day: str = "2024-05-01") -> int:
    return total(load(day)).result()

if __name__ == "__main__":
    print(daily())
"""

PROGRAMS = ("sh", "sleep", "env")  # all that the installed weir finds besides itself


class Wheel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="weir-wheel-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.wheel = weir_wheel.pack(BINARY, cls.folder / "dist")
        cls.directory = cls.folder / "empty"
        tools = cls.folder / "bin"
        for new in (cls.directory, tools):
            new.mkdir()
        for program in PROGRAMS:
            (tools / program).symlink_to(shutil.which(program))
        cls.environment = {
            "PATH": f"{cls.folder}/venv/bin:{tools}",
            "HOME": str(cls.directory),
            "LD_LIBRARY_PATH": "",
        }
        subprocess.run([sys.executable, "-m", "venv", cls.folder / "venv"], check=True)
        cls.run_in_venv("python", "-m", "pip", "--quiet", "install", "--no-index", cls.wheel)

    @classmethod
    def run_in_venv(cls, program, *arguments, code=0, folder=None, **environment):
        ended = subprocess.run(
            [cls.folder / "venv/bin" / program, *arguments],
            cwd=folder or cls.directory,
            env=cls.environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        if ended.returncode != code:
            raise AssertionError(f"{program} {arguments} ended with {ended.returncode}, not {code}:\n{ended.stderr}")
        return ended

    def test_weir_on_path_is_the_native_program_itself(self):
        self.assertEqual(self.run_in_venv("weir", "version").stdout, f"weir {VERSION}\n")
        self.assertEqual((self.folder / "venv/bin/weir").read_bytes()[:4], b"\x7fELF")

    def test_the_package_can_be_imported_and_finds_that_program(self):
        found = self.run_in_venv("python", "-c", "import weir, weir.engine; print(weir.engine.find())")
        self.assertEqual(found.stdout, f"{self.folder}/venv/bin/weir\n")

    def test_it_depends_on_nothing(self):
        shown = self.run_in_venv("python", "-m", "pip", "show", "weir").stdout.splitlines()
        self.assertIn(f"Version: {VERSION}", shown)
        self.assertIn("Requires: ", shown)

    def test_the_record_knows_every_file(self):
        with zipfile.ZipFile(self.wheel) as archive:
            name = f"weir-{VERSION}.dist-info/RECORD"
            recorded = {row[0]: row[1:] for row in csv.reader(io.StringIO(archive.read(name).decode()))}
            self.assertEqual(sorted(recorded), sorted(archive.namelist()))
            for path in set(recorded) - {name}:
                content = archive.read(path)
                digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
                self.assertEqual(recorded[path], [f"sha256={digest}", str(len(content))], path)

    def test_packing_twice_makes_the_same_bytes(self):
        again = weir_wheel.pack(BINARY, self.folder / "again")
        self.assertEqual(again.name, self.wheel.name)
        self.assertEqual(again.read_bytes(), self.wheel.read_bytes())

    def test_its_name_says_which_glibc_it_asks_for(self):
        major, minor = binary.glibc(self.folder / "venv/bin/weir")
        self.assertIn(f"manylinux_{major}_{minor}_", self.wheel.name)

    def new_flow(self, *files):
        """A folder with the flow, in which the run's state and what its tasks leave behind stay too."""
        folder = Path(tempfile.mkdtemp(dir=self.directory))
        (folder / "flow.py").write_text(FLOW)
        for file in files:
            (folder / file).touch()
        return folder

    def weir(self, folder, *arguments, code=0):
        return self.run_in_venv("weir", *arguments, code=code, folder=folder, WEIR_HOME=str(folder / "home"))

    def newest_run(self, folder):
        return json.loads(self.weir(folder, "runs", "list", "--json").stdout)[0]["name"]

    def test_a_program_with_a_flow_prints_what_it_returns(self):
        folder = self.new_flow("mended")
        self.assertEqual(self.run_in_venv("python", "flow.py", folder=folder).stdout, "6\n")

    def test_a_flow_that_failed_goes_on_where_it_stood_once_it_is_mended(self):
        folder = self.new_flow()
        failed = self.weir(folder, "run", "flow.py", code=1)
        self.assertIn("ValueError: not mended yet", failed.stderr)
        (folder / "mended").touch()
        self.weir(folder, "runs", "retry", self.newest_run(folder))
        self.assertEqual((folder / "loaded").read_text(), "2024-05-01")

    def test_a_run_whose_weir_was_killed_is_resumed(self):
        folder = self.new_flow("mended", "closed")
        command = [self.folder / "venv/bin/weir", "run", "--quiet", "flow.py"]
        environment = self.environment | {"WEIR_HOME": str(folder / "home")}
        killed = subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL)
        wait_until(lambda: (folder / "reached").exists(), "the second task has begun")
        killed.kill()
        killed.wait()
        (folder / "closed").unlink()
        self.weir(folder, "runs", "resume", self.newest_run(folder))
        self.assertEqual((folder / "loaded").read_text(), "2024-05-01")


class Binaries(unittest.TestCase):
    def test_a_program_that_needs_more_than_glibc_is_not_packed(self):
        with self.assertRaisesRegex(SystemExit, "which a fresh machine does not have"):
            binary.require_portable(os.path.realpath(sys.executable))


if __name__ == "__main__":
    unittest.main()
