"""The integration tests of the databricks-sdk, which no package holds: taken from its repository, never kept in ours.

They come from the pinned commit, and count only with the pinned checksum of what they are. WEIR_SDK_SOURCE names a
clone of the repository on this machine that they are taken from instead.
"""

import os
import subprocess
from pathlib import Path

from harness import ROOT

PINS = Path(__file__).with_name("sdk_release.pin")
CACHE = ROOT / ".deps/databricks-sdk-py"
TESTS = "tests/integration"
FETCH_SECONDS_MAX = 120


class Missing(Exception):
    """The tests cannot be had here; says why."""


def read_pins():
    lines = [line for line in PINS.read_text().splitlines() if not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def git(folder, *arguments):
    """Standard output, as bytes. Missing with git's first words when it fails."""
    command = ["git", "-c", "safe.directory=*", "-C", str(folder), *arguments]
    silent = os.environ | {"GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(command, capture_output=True, timeout=FETCH_SECONDS_MAX, env=silent)
    except subprocess.TimeoutExpired:
        raise Missing(f"git {arguments[0]} took more than {FETCH_SECONDS_MAX} seconds") from None
    if done.returncode != 0:
        raise Missing((done.stderr.decode(errors="replace").strip().splitlines() or ["git failed"])[0])
    return done.stdout


def has(repository, commit):
    try:
        git(repository, "cat-file", "-e", f"{commit}^{{commit}}")
    except Missing:
        return False
    return True


def fetched(pins, cache):
    """A repository of git's that has the commit, which is fetched once."""
    if not (cache / "HEAD").is_file():
        cache.mkdir(parents=True, exist_ok=True)
        git(cache, "init", "--quiet", "--bare")
    if not has(cache, pins["commit"]):
        git(cache, "fetch", "--quiet", "--depth", "1", pins["repository"], pins["commit"])
    return cache


def unpack(folder, pins, clone=None, cache=CACHE):
    """Puts tests/integration below `folder`. Missing when it cannot be had, or is not what was pinned."""
    repository = clone or fetched(pins, cache)
    packed = git(repository, "archive", pins["commit"], TESTS)
    subprocess.run(["tar", "--extract", "--directory", folder], input=packed, check=True)
    git(folder, "init", "--quiet")
    git(folder, "add", "--force", TESTS)
    tree = git(folder, "write-tree", f"--prefix={TESTS}/").decode().strip()
    if tree != pins["tree"]:
        raise Missing(f"{TESTS} of {repository} is {tree}, and {pins['tree']} is pinned: find out why")
