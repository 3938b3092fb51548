"""A home in which a Python flow is run, once undisturbed and then again and again."""

import random
from concurrent.futures import ThreadPoolExecutor

from home import TOGETHER, Home
from python_audit import violations
from python_life import PythonLife
from tally import Tally


class PythonHome(Home):
    def __init__(self):
        super().__init__()
        try:
            self.undisturbed = self.run_undisturbed()
            if found := violations(self.undisturbed):
                raise AssertionError(f"undisturbed, the flow is not what the audit expects: {found}")
        except BaseException:
            self.weir.end()
            raise

    def run_undisturbed(self):
        life = PythonLife(self, "undisturbed", random.Random(0), Tally())
        life.kills_left = 0
        life.live()
        return life.evidence()

    def draw_lives(self, seed, number, tally):
        """One life or two that share the store, from the seed and the number alone."""
        dice = random.Random(f"python/{seed}/{number}")
        names = [f"s{seed}-{number}{letter}" for letter in ("ab" if dice.random() < TOGETHER else "a")]
        wanted = self.undisturbed.results
        return [PythonLife(self, name, random.Random(name), tally, wanted) for name in names]

    def live(self, lives):
        with ThreadPoolExecutor(len(lives)) as pool:
            list(pool.map(PythonLife.live, lives))
        return [life.evidence() for life in lives]
