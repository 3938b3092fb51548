"""The databricks-sdk's own tests are fetched once, from the commit that is pinned, and are what was pinned."""

import tempfile
import unittest
from pathlib import Path

from sdk_release import TESTS, Missing, git, read_pins, unpack


class Pinned(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.upstream, self.cache = self.folder / "upstream", self.folder / "cache"
        (self.upstream / TESTS).mkdir(parents=True)
        git(self.upstream, "init", "--quiet")
        self.pins = {"repository": self.upstream.as_uri()} | self.commit("assert True\n")

    def commit(self, text):
        """What to pin of a new commit."""
        (self.upstream / TESTS / "test_it.py").write_text(text)
        git(self.upstream, "add", ".")
        git(self.upstream, "-c", "user.name=a", "-c", "user.email=a", "commit", "--quiet", "--message", "it")
        told = git(self.upstream, "rev-parse", "HEAD", f"HEAD:{TESTS}").decode().split()
        return dict(zip(("commit", "tree"), told, strict=True))

    def unpack(self, **more):
        into = Path(tempfile.mkdtemp(dir=self.folder))
        unpack(into, **{"pins": self.pins, "cache": self.cache} | more)
        return (into / TESTS / "test_it.py").read_text()

    def test_the_pinned_commit_is_fetched_and_later_ones_are_not(self):
        self.commit("assert False\n")
        self.assertEqual(self.unpack(), "assert True\n")

    def test_what_was_fetched_once_needs_no_network(self):
        self.unpack()
        self.assertEqual(self.unpack(pins=self.pins | {"repository": "file:///nowhere"}), "assert True\n")

    def test_a_clone_on_this_machine_will_do(self):
        self.assertEqual(self.unpack(clone=self.upstream), "assert True\n")
        self.assertFalse(self.cache.exists())

    def test_other_content_than_the_pinned_is_refused(self):
        other = self.commit("assert False\n")
        with self.assertRaisesRegex(Missing, f"{other['tree']}, and {self.pins['tree']} is pinned"):
            self.unpack(pins=self.pins | {"commit": other["commit"]})

    def test_what_cannot_be_had_says_why(self):
        with self.assertRaisesRegex(Missing, "nowhere"):
            self.unpack(pins=self.pins | {"repository": "file:///nowhere"})
        with self.assertRaisesRegex(Missing, "nowhere"):
            self.unpack(clone=Path("/nowhere"))

    def test_the_real_pins_are_whole(self):
        self.assertEqual(read_pins().keys(), {"repository", "release", "commit", "tree"})


if __name__ == "__main__":
    unittest.main()
