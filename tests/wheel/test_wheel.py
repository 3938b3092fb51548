"""The wheel, as a user meets it: installed without a network in an empty environment, on a PATH without compilers."""

import base64
import csv
import hashlib
import io
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

sys.path.insert(0, str(ROOT / "tools/wheel"))
import binary  # noqa: E402
import weir_wheel  # noqa: E402

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
    def run_in_venv(cls, program, *arguments, code=0, **environment):
        ended = subprocess.run(
            [cls.folder / "venv/bin" / program, *arguments],
            cwd=cls.directory,
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


class Binaries(unittest.TestCase):
    def test_a_program_that_needs_more_than_glibc_is_not_packed(self):
        with self.assertRaisesRegex(SystemExit, "which a fresh machine does not have"):
            binary.require_portable(os.path.realpath(sys.executable))


if __name__ == "__main__":
    unittest.main()
