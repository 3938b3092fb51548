"""Packs the Python package and the native binary into one wheel: `./dev wheel`, and `pip install .` after a build.

The binary is one of the wheel's scripts, so pip puts it on PATH as it is: no Python starts before weir does. Packing
the same files twice makes the same bytes.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from base64 import urlsafe_b64encode
from pathlib import Path

from binary import platform_tag, require_portable
from licences import licence_files
from metadata import metadata

ROOT = Path(__file__).resolve().parents[2]
BINARY = ROOT / "build/release/bin/weir"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a zip file can say


def package_files():
    """Every file of the package, without its tests, under the name it is installed as."""
    package = ROOT / "python/weir"
    files = [*package.rglob("*.py"), *package.rglob("py.typed")]
    return {
        f"weir/{file.relative_to(package).as_posix()}": file.read_bytes()
        for file in files
        if not file.name.startswith("test_")
    }


def stripped(binary):
    """The binary's bytes without what only debuggers read."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "weir"
        subprocess.run(["strip", "--strip-all", "-o", copy, binary], check=True)
        return copy.read_bytes()


def record(files, name):
    """The wheel's list of itself: every file with its hash and size, as installers check them."""
    lines = []
    for path, content in files.items():
        digest = urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        lines.append(f"{path},sha256={digest},{len(content)}\n")
    return "".join([*lines, f"{name},,\n"]).encode()


def write_archive(where, files, executable):
    with zipfile.ZipFile(where, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, EARLIEST)
            entry.external_attr = (0o100755 if path == executable else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


def pack(binary, folder):
    """Writes the wheel into `folder` and answers where it is."""
    require_portable(binary)
    version = (ROOT / "VERSION").read_text().strip()
    tag = f"py3-none-{platform_tag(binary)}"
    information, executable = f"weir-{version}.dist-info", f"weir-{version}.data/scripts/weir"
    licences = licence_files(ROOT)
    files = package_files() | {executable: stripped(binary)}
    files |= {f"{information}/licenses/{name}": content for name, content in licences.items()}
    files[f"{information}/METADATA"] = metadata(ROOT, version, licences)
    files[f"{information}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: weir\nRoot-Is-Purelib: false\nTag: {tag}\n".encode()
    )
    files = dict(sorted(files.items()))
    files[f"{information}/RECORD"] = record(files, f"{information}/RECORD")

    folder.mkdir(parents=True, exist_ok=True)
    where = folder / f"weir-{version}-{tag}.whl"
    write_archive(where, files, executable)
    return where


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """The hook that pip calls for `pip install .` (PEP 517); pyproject.toml names this file."""
    if not BINARY.is_file():
        raise SystemExit(f"{BINARY.relative_to(ROOT)} is not built yet: run ./dev build weir")
    return pack(BINARY, Path(wheel_directory)).name


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--binary", type=Path, default=BINARY)
    parser.add_argument("--folder", type=Path, default=ROOT / "build/dist", help="where the wheel is put")
    arguments = parser.parse_args()
    if not shutil.which("strip"):
        sys.exit("error: there is no 'strip' on PATH\nhelp: it is in Debian's package binutils")
    where = pack(arguments.binary, arguments.folder)
    print(f"{where} {where.stat().st_size / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
